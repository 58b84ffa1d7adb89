import type { DocumentView, Geometry, Polygon, Shape, ShapeUpdate } from "../types";
import { meet } from "../view/bounds";
import { minus } from "./clipping";
import { extentOf } from "./extent";
import { cropped, isEmpty, overlap, without } from "./rasters";
import { rasterised } from "./rasterise";
import { boxRing } from "./rings";
import { rleOf } from "./rle";

export interface Claimed {
  readonly update: readonly ShapeUpdate[];
  readonly delete: readonly string[];
}

const NOTHING: Claimed = { update: [], delete: [] };

/**
 * In a semantic project every pixel has one class: what new pixels of a class take from shapes of other classes.
 *
 * Outlines stay outlines where they are cut by an outline; where pixels are cut out of them they become masks. What
 * nothing is left of is deleted. In other projects objects overlap, and nothing is taken.
 */
export function claim(document: DocumentView, label: string, geometry: Geometry, except: ReadonlySet<string>): Claimed {
  if (document.task !== "semantic") return NOTHING;
  const update: ShapeUpdate[] = [];
  const gone: string[] = [];
  const extent = extentOf(geometry);
  for (const shape of document.shapes) {
    if (shape.class === label || except.has(shape.id) || !meet(extent, extentOf(shape.geometry))) continue;
    const left = remainder(shape, geometry, document);
    if (left === null) gone.push(shape.id);
    else if (left !== shape.geometry) update.push({ id: shape.id, fields: { geometry: left } });
  }
  return { update, delete: gone };
}

/** The geometry itself where nothing is taken, null where nothing is left. */
function remainder({ geometry }: Shape, taken: Geometry, { width, height }: DocumentView): Geometry | null {
  const pixels = rasterised(geometry, width, height);
  const claimed = rasterised(taken, width, height);
  if (!overlap(pixels, claimed)) return geometry;
  const left = cropped(without(pixels, claimed));
  if (isEmpty(left)) return null;
  const [mine, theirs] = [polygonsOf(geometry), polygonsOf(taken)];
  if (mine === null || theirs === null) return { kind: "mask", mask: rleOf(left, width, height) };
  const polygons = minus(mine, theirs);
  return polygons.length > 0 ? { kind: "polygons", polygons } : null;
}

export function polygonsOf(geometry: Geometry): readonly Polygon[] | null {
  if (geometry.kind === "polygons") return geometry.polygons;
  return geometry.kind === "bbox" ? [{ exterior: boxRing(geometry.bbox), holes: [] }] : null;
}
