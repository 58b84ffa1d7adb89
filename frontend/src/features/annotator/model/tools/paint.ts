import { isOpen, shapesAt } from "../geometry/picking";
import { rasterised } from "../geometry/rasterise";
import { union } from "../geometry/rasters";
import { rleOf } from "../geometry/rle";
import type { Point, Raster, Shape, ToolContext } from "../types";
import { add, reshape } from "./commit";

/** New pixels: the selected mask of the class grows by them, else a new one begins. */
export function paint(context: ToolContext, raster: Raster, label: string): void {
  const { width, height } = context.document;
  const target = targetOf(context) ?? merged(raster, context);
  if (target) {
    const whole = union(rasterised(target.geometry, width, height), raster);
    reshape(context, [{ id: target.id, geometry: { kind: "mask", mask: rleOf(whole, width, height) } }], label);
    context.select([target.id]);
    return;
  }
  const shape = add(context, { kind: "mask", mask: rleOf(raster, width, height) }, label);
  if (shape !== null) context.select([shape]);
}

/** The selected mask of the current class: further strokes belong to it. */
export function targetOf({ document, selection, settings }: ToolContext): Shape | null {
  for (const id of selection) {
    const shape = document.shape(id);
    if (shape && shape.geometry.kind === "mask" && shape.class === settings.class && isOpen(shape, settings)) return shape;
  }
  return null;
}

/** In a semantic project a class is one area: a stroke that begins on a mask of its class goes on with it. */
function merged(raster: Raster, { document, settings }: ToolContext): Shape | null {
  if (document.task !== "semantic") return null;
  const first = raster.data.indexOf(1);
  const point: Point = [raster.x + (first % raster.width) + 0.5, raster.y + Math.floor(first / raster.width) + 0.5];
  const under = shapesAt(document, settings, point, 0);
  return under.find((shape) => shape.class === settings.class && shape.geometry.kind === "mask") ?? null;
}
