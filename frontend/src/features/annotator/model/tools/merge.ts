import { unite } from "../geometry/clipping";
import { isOpen } from "../geometry/picking";
import { rasterised } from "../geometry/rasterise";
import { union } from "../geometry/rasters";
import { rleOf } from "../geometry/rle";
import type { Shape, ToolContext } from "../types";

/** Selected shapes of one class as one: outlines stay outlines, with a mask among them they become one. */
export function mergeShapes(context: ToolContext): boolean {
  const { document, selection, settings } = context;
  const shapes = document.shapes.filter((shape) => selection.has(shape.id) && isOpen(shape, settings));
  const [first, ...rest] = shapes;
  if (!first || rest.length === 0) {
    context.tell("Select two or more shapes of one class to merge them.");
    return true;
  }
  if (rest.some((shape) => shape.class !== first.class)) {
    context.tell("Only shapes of one class can be merged.");
    return true;
  }
  const { width, height } = document;
  const outlines = shapes.flatMap(({ geometry }) => (geometry.kind === "polygons" ? geometry.polygons : []));
  const geometry: Shape["geometry"] = shapes.every((shape) => shape.geometry.kind === "polygons")
    ? { kind: "polygons", polygons: unite(outlines) }
    : { kind: "mask", mask: rleOf(shapes.map((shape) => rasterised(shape.geometry, width, height)).reduce(union), width, height) };
  context.commit({ create: [], update: [{ id: first.id, fields: { geometry } }], delete: rest.map(({ id }) => id) }, "Merge");
  context.select([first.id]);
  return true;
}

