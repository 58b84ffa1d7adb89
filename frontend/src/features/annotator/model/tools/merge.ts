import { polygonsOf } from "../geometry/claim";
import { unite } from "../geometry/clipping";
import { isOpen } from "../geometry/picking";
import { rasterised } from "../geometry/rasterise";
import { union } from "../geometry/rasters";
import { rleOf } from "../geometry/rle";
import type { Polygon, Shape, ToolContext } from "../types";

/** Selected shapes of one class as one: outlines and boxes become an outline, with a mask among them they become one. */
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
  const outlines = shapes.map((shape) => polygonsOf(shape.geometry));
  const united = outlines.every((each) => each !== null) ? joined(outlines.flat()) : null;
  const geometry: Shape["geometry"] = united
    ? { kind: "polygons", polygons: united }
    : { kind: "mask", mask: rleOf(shapes.map((shape) => rasterised(shape.geometry, width, height)).reduce(union), width, height) };
  context.commit({ create: [], update: [{ id: first.id, fields: { geometry } }], delete: rest.map(({ id }) => id) }, "Merge");
  context.select([first.id]);
  return true;
}

/** Null where outlines cross themselves so that no outline of the whole is found. */
function joined(polygons: readonly Polygon[]): Polygon[] | null {
  try {
    return unite(polygons);
  } catch {
    return null;
  }
}
