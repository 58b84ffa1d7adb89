import type { Geometry, Point, Polygon, Raster, Ring } from "../types";
import { polygonsOf } from "./claim";
import { minus } from "./clipping";
import { cropped, EMPTY, overlap, pixelCount, stroked, without } from "./rasters";
import { rasterised } from "./rasterise";
import { ringArea } from "./rings";
import { rleOf } from "./rle";

/** How thick the cut through pixels is, and how thick that through outlines. Either is given back to a side afterwards. */
const GAP = 0.71;
const THIN = 0.02;
/** Fewer pixels than this are no part but a corner that the blade has grazed. */
const CRUMB = 4;

/** What a line cuts a geometry into: the geometry alone where it does not go through. Nothing of it is lost. */
export function cut(geometry: Geometry, line: Ring, width: number, height: number): Geometry[] {
  const polygons = polygonsOf(geometry);
  try {
    if (polygons) return cutOutlines(polygons, line)?.map((part) => ({ kind: "polygons", polygons: part })) ?? [geometry];
  } catch {
    // Some outlines that cross themselves are beyond the library: their pixels are not.
  }
  const parts = cutMask(rasterised(geometry, width, height), line, width, height);
  return parts?.map((raster) => ({ kind: "mask", mask: rleOf(raster, width, height) })) ?? [geometry];
}

/** Each polygon by itself: those that the line leaves whole stay with the first. The largest piece takes what the blade cost. */
function cutOutlines(polygons: readonly Polygon[], line: Ring): (readonly Polygon[])[] | null {
  const blade = corridor(line);
  const stays: Polygon[] = [];
  const goes: Polygon[] = [];
  for (const polygon of polygons) {
    const [, ...rest] = bySize(minus([polygon], blade));
    const [most] = rest.length > 0 ? bySize(minus([polygon], rest)) : [polygon];
    if (most) stays.push(most);
    goes.push(...rest);
  }
  return goes.length > 0 ? [stays, ...goes.map((polygon) => [polygon])] : null;
}

function bySize(polygons: readonly Polygon[]): Polygon[] {
  const size = ({ exterior }: Polygon) => Math.abs(ringArea(exterior));
  return [...polygons].sort((a, b) => size(b) - size(a));
}

function cutMask(raster: Raster, line: Ring, width: number, height: number): Raster[] | null {
  let blade = EMPTY;
  line.forEach((point, index) => {
    const next = line[index + 1];
    if (next) blade = stroked(blade, point, next, GAP, width, height);
  });
  const whole = pieces(raster);
  const rest = whole.flatMap((piece) => (overlap(piece, blade) ? pieces(without(piece, blade)).slice(1) : [])).filter((piece) => pixelCount(piece) >= CRUMB);
  if (rest.length === 0) return null;
  return [cropped(rest.reduce((left, piece) => without(left, piece), raster)), ...rest];
}

/** What hangs together by sides, the largest first. */
export function pieces(raster: Raster): Raster[] {
  const { width, height, data } = raster;
  const left = data.slice();
  const found: number[][] = [];
  for (let start = left.indexOf(1); start >= 0; start = left.indexOf(1, start + 1)) {
    const piece = [start];
    left[start] = 0;
    // The list grows while it is walked along.
    for (const at of piece) {
      const column = at % width;
      const next = [column > 0 ? at - 1 : -1, column < width - 1 ? at + 1 : -1, at - width, at + width];
      for (const other of next) {
        if (other < 0 || other >= width * height || left[other] !== 1) continue;
        left[other] = 0;
        piece.push(other);
      }
    }
    found.push(piece);
  }
  return found.sort((a, b) => b.length - a.length).map((piece) => ofPixels(piece, raster));
}

function ofPixels(pixels: readonly number[], { x, y, width }: Raster): Raster {
  let [left, right, top, bottom] = [Infinity, -1, Infinity, -1];
  for (const at of pixels) {
    const [column, row] = [at % width, Math.floor(at / width)];
    left = Math.min(left, column);
    right = Math.max(right, column);
    top = Math.min(top, row);
    bottom = Math.max(bottom, row);
  }
  const [wide, high] = [right - left + 1, bottom - top + 1];
  const data = new Uint8Array(wide * high);
  for (const at of pixels) data[(Math.floor(at / width) - top) * wide + (at % width) - left] = 1;
  return { x: x + left, y: y + top, width: wide, height: high, data };
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
