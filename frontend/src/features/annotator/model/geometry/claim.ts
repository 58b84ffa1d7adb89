import type { DocumentView, Geometry, Polygon, Raster, ShapeUpdate } from "../types";
import { meet } from "../view/bounds";
import { minus, unite } from "./clipping";
import { extentOf } from "./extent";
import { cropped, isEmpty, overlap, without } from "./rasters";
import { rasterised, rasterisePolygons } from "./rasterise";
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
    const left = remainder(shape.geometry, geometry, document.width, document.height);
    if (left === null) gone.push(shape.id);
    else if (left !== shape.geometry) update.push({ id: shape.id, fields: { geometry: left } });
  }
  return { update, delete: gone };
}

/** What `taken` leaves of a geometry: the geometry itself where it takes nothing, null where nothing is left. */
export function remainder(geometry: Geometry, taken: Geometry, width: number, height: number): Geometry | null {
  const pixels = rasterised(geometry, width, height);
  const claimed = rasterised(taken, width, height);
  if (!overlap(pixels, claimed)) return geometry;
  const left = cropped(without(pixels, claimed));
  if (isEmpty(left)) return null;
  const [mine, theirs] = [polygonsOf(geometry), polygonsOf(taken)];
  const polygons = mine && theirs && fitted(mine, theirs, left, width, height);
  return polygons ? { kind: "polygons", polygons } : { kind: "mask", mask: rleOf(left, width, height) };
}

const TRIES = 4;

/**
 * What is in the outlines and not in those of `taken`, covering exactly these pixels: where an edge is cut, the
 * rasteriser's rounding may say otherwise of a pixel beside it, which is added or taken as a square. Null where that
 * does not end.
 */
function fitted(mine: readonly Polygon[], taken: readonly Polygon[], pixels: Raster, width: number, height: number): readonly Polygon[] | null {
  try {
    let fit = minus(mine, taken);
    for (let tries = 0; tries < TRIES && fit.length > 0; tries += 1) {
      const now = rasterisePolygons(fit, width, height);
      const [more, less] = [squares(without(now, pixels)), squares(without(pixels, now))];
      if (more.length + less.length === 0) return fit;
      fit = minus(fit, more);
      if (less.length > 0) fit = unite([...fit, ...less]);
    }
  } catch {
    // Some outlines that cross themselves are beyond the library: their pixels are not.
  }
  return null;
}

function squares({ x, y, width, data }: Raster): Polygon[] {
  const found: Polygon[] = [];
  for (let at = data.indexOf(1); at >= 0; at = data.indexOf(1, at + 1)) {
    found.push({ exterior: boxRing([x + (at % width), y + Math.floor(at / width), 1, 1]), holes: [] });
  }
  return found;
}

export function polygonsOf(geometry: Geometry): readonly Polygon[] | null {
  if (geometry.kind === "polygons") return geometry.polygons;
  return geometry.kind === "bbox" ? [{ exterior: boxRing(geometry.bbox), holes: [] }] : null;
}
