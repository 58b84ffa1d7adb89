import type { Geometry, Point, Polygon, Raster, Ring } from "../types";
import { polygonsOf } from "./claim";
import { minus } from "./clipping";
import { cropped, isEmpty, stroked, without, EMPTY } from "./rasters";
import { rasterOf, rleOf } from "./rle";

/** How thick the cut through pixels is, and how thick that through outlines, which closes up again. */
const GAP = 0.71;
const THIN = 0.02;

/**
 * What a line cuts a geometry into: one part where it does not go through. Outlines lose a sliver thinner than any
 * pixel notices, masks the line's own pixels, which go to the larger part.
 */
export function cut(geometry: Geometry, line: Ring, width: number, height: number): Geometry[] {
  const polygons = polygonsOf(geometry);
  if (polygons) {
    const parts = minus(polygons, corridor(line));
    return parts.length > 1 ? parts.map((polygon) => ({ kind: "polygons", polygons: [polygon] })) : [geometry];
  }
  if (geometry.kind !== "mask") return [geometry];
  return cutMask(rasterOf(geometry.mask), line, width, height).map((raster) => ({ kind: "mask", mask: rleOf(raster, width, height) }));
}

function cutMask(raster: Raster, line: Ring, width: number, height: number): Raster[] {
  let blade = EMPTY;
  line.forEach((point, index) => {
    const next = line[index + 1];
    if (next) blade = stroked(blade, point, next, GAP, width, height);
  });
  const [largest, ...rest] = pieces(cropped(without(raster, blade)));
  if (!largest || rest.length === 0) return [raster];
  return [rest.reduce((left, piece) => without(left, piece), raster), ...rest].map(cropped).filter((part) => !isEmpty(part));
}

/** What hangs together by sides, the largest first. */
export function pieces(raster: Raster): Raster[] {
  const { width, height, data } = raster;
  const left = data.slice();
  const found: { size: number; raster: Raster }[] = [];
  for (let start = left.indexOf(1); start >= 0; start = left.indexOf(1, start + 1)) {
    const piece = new Uint8Array(width * height);
    const stack = [start];
    let size = 0;
    left[start] = 0;
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      piece[at] = 1;
      size += 1;
      const column = at % width;
      const next = [column > 0 ? at - 1 : -1, column < width - 1 ? at + 1 : -1, at - width, at + width];
      for (const other of next) {
        if (other < 0 || other >= width * height || left[other] !== 1) continue;
        left[other] = 0;
        stack.push(other);
      }
    }
    found.push({ size, raster: cropped({ ...raster, data: piece }) });
  }
  return found.sort((a, b) => b.size - a.size).map((item) => item.raster);
}

/** The line as an area: a thin rectangle round each of its steps. */
function corridor(line: Ring): Polygon[] {
  return line.flatMap((start, index) => {
    const end = line[index + 1];
    if (!end) return [];
    const length = Math.hypot(end[0] - start[0], end[1] - start[1]);
    if (length === 0) return [];
    const [ux, uy] = [((end[0] - start[0]) / length) * THIN, ((end[1] - start[1]) / length) * THIN];
    const corner = ([x, y]: Point, along: number, across: number): Point => [x + ux * along - uy * across, y + uy * along + ux * across];
    return [{ exterior: [corner(start, -1, -1), corner(end, 1, -1), corner(end, 1, 1), corner(start, -1, 1)], holes: [] }];
  });
}

