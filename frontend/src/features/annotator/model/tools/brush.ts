import { cropped, EMPTY, isEmpty, stroked, union, without } from "../geometry/rasters";
import { rasterised } from "../geometry/rasterise";
import { isOpen, shapesAt } from "../geometry/picking";
import { rleOf } from "../geometry/rle";
import type { Point, PointerInput, Raster, Shape, Tool, ToolContext } from "../types";
import { add, reshape } from "./commit";

/** A pen pressed as hard as it can paints with twice the brush, one that hardly touches with almost none. */
function radiusOf({ pen, pressure }: PointerInput, radius: number): number {
  return pen ? Math.max(0.5, radius * pressure * 2) : radius;
}

interface Stroke {
  raster: Raster;
  at: Point;
}

function stroking(id: string, erases: boolean, finish: (raster: Raster, context: ToolContext) => void): Tool {
  let stroke: Stroke | null = null;
  const extend = (input: PointerInput, context: ToolContext, from: Point): Stroke => {
    const { width, height } = context.document;
    const here: Point = [input.x, input.y];
    const raster = stroked(stroke?.raster ?? EMPTY, from, here, radiusOf(input, context.settings.radius), width, height);
    return { raster: { ...raster }, at: here };
  };
  return {
    id,
    cursor: "none",
    down(input, context) {
      if (input.button !== 0) return;
      if (!erases && context.settings.class === null) {
        context.tell("There is no class to draw with yet. Add one in the panel on the right.");
        return;
      }
      stroke = extend(input, context, [input.x, input.y]);
    },
    move(input, context) {
      if (stroke) stroke = extend(input, context, stroke.at);
    },
    up(input, context) {
      if (!stroke) return;
      const { raster } = extend(input, context, stroke.at);
      stroke = null;
      const whole = cropped(raster);
      if (!isEmpty(whole)) finish(whole, context);
    },
    act(action) {
      if (action !== "cancel" || !stroke) return false;
      stroke = null;
      return true;
    },
    leave() {
      stroke = null;
    },
    draft: (context) => (stroke ? { kind: "raster", raster: stroke.raster, erases, of: targetOf(context)?.id ?? null } : null),
  };
}

/** The selected mask of the current class: further strokes belong to it. */
function targetOf({ document, selection, settings }: ToolContext): Shape | null {
  for (const id of selection) {
    const shape = document.shape(id);
    if (shape && shape.geometry.kind === "mask" && shape.class === settings.class && isOpen(shape, settings)) return shape;
  }
  return null;
}

/** Paints a mask: the selected one of the class grows, else a new one begins. */
export function brushTool(): Tool {
  return stroking("brush", false, (raster, context) => {
    const { width, height } = context.document;
    const target = targetOf(context) ?? merged(raster, context);
    if (target) {
      const whole = union(rasterised(target.geometry, width, height), raster);
      reshape(context, [{ id: target.id, geometry: { kind: "mask", mask: rleOf(whole, width, height) } }], "Paint");
      context.select([target.id]);
      return;
    }
    const shape = add(context, { kind: "mask", mask: rleOf(raster, width, height) }, "Paint");
    if (shape !== null) context.select([shape]);
  });
}

/** In a semantic project a class is one area: a stroke that begins on a mask of its class goes on with it. */
function merged(raster: Raster, { document, settings }: ToolContext): Shape | null {
  if (document.task !== "semantic") return null;
  const first = raster.data.indexOf(1);
  const point: Point = [raster.x + (first % raster.width) + 0.5, raster.y + Math.floor(first / raster.width) + 0.5];
  const under = shapesAt(document, settings, point, 0);
  return under.find((shape) => shape.class === settings.class && shape.geometry.kind === "mask") ?? null;
}

/** Takes pixels away: from the selected shapes, or where nothing is selected from everything under it. */
export function eraserTool(): Tool {
  return stroking("eraser", true, (raster, context) => {
    const { document, selection, settings } = context;
    const { width, height } = document;
    const open = document.shapes.filter((shape) => isOpen(shape, settings) && (selection.size === 0 || selection.has(shape.id)));
    const update: { id: string; fields: { geometry: Shape["geometry"] } }[] = [];
    const gone: string[] = [];
    for (const shape of open) {
      const before = rasterised(shape.geometry, width, height);
      const left = cropped(without(before, raster));
      if (isEmpty(left)) gone.push(shape.id);
      else if (left.data.length !== before.data.length || left.data.some((bit, index) => bit !== before.data[index])) {
        update.push({ id: shape.id, fields: { geometry: { kind: "mask", mask: rleOf(left, width, height) } } });
      }
    }
    if (update.length + gone.length > 0) context.commit({ create: [], update, delete: gone }, "Erase");
  });
}
