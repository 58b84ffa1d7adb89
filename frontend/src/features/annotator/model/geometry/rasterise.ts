import type { Geometry, Polygon, Raster, Ring } from "../types";
import { cropped, EMPTY, union, without } from "./rasters";
import { boxRing } from "./rings";
import { rasterOf } from "./rle";

/** Steps of a pixel that the walk along an edge is made in. */
const SCALE = 5;

const known = new WeakMap<Geometry, { readonly width: number; readonly height: number; readonly raster: Raster }>();

/** The pixels of a geometry, exactly as the server counts them; remembered, since geometries never change. */
export function rasterised(geometry: Geometry, width: number, height: number): Raster {
  const found = known.get(geometry);
  if (found?.width === width && found.height === height) return found.raster;
  const raster = made(geometry, width, height);
  known.set(geometry, { width, height, raster });
  return raster;
}

function made(geometry: Geometry, width: number, height: number): Raster {
  switch (geometry.kind) {
    case "mask":
      return rasterOf(geometry.mask);
    case "bbox":
      return rasterisePolygons([{ exterior: boxRing(geometry.bbox), holes: [] }], width, height);
    case "polygons":
      return rasterisePolygons(geometry.polygons, width, height);
  }
}

/** Parts united, each without its holes. */
export function rasterisePolygons(polygons: readonly Polygon[], width: number, height: number): Raster {
  let whole = EMPTY;
  for (const { exterior, holes } of polygons) {
    let part = rasteriseRing(exterior, width, height);
    for (const hole of holes) part = without(part, rasteriseRing(hole, width, height));
    whole = union(whole, part);
  }
  return cropped(whole);
}

/**
 * A ring's pixels by the rule of COCO's mask API: edges are walked in fifths of a pixel, and a column's pixels lie
 * between the places where the walk changes sides at the column's middle.
 */
export function rasteriseRing(ring: Ring, width: number, height: number): Raster {
  if (ring.length < 3) return EMPTY;
  const turns = turnsOf(ring, width, height);
  if (turns.length === 0) return EMPTY;
  turns.sort((a, b) => a - b);
  // A run that goes on in the next column has touched the lowest row and the highest.
  let [left, right, top, bottom] = [width, -1, height, 0];
  eachRun(turns, width, height, (column, from, to) => {
    left = Math.min(left, column);
    right = Math.max(right, column);
    top = Math.min(top, from);
    bottom = Math.max(bottom, to);
  });
  if (right < 0) return EMPTY;
  const wide = right - left + 1;
  const data = new Uint8Array(wide * (bottom - top));
  eachRun(turns, width, height, (column, from, to) => {
    for (let row = from; row < to; row += 1) data[(row - top) * wide + column - left] = 1;
  });
  return { x: left, y: top, width: wide, height: bottom - top, data };
}

/** Between one turn and the next lie set pixels, counted down the columns; `to` is behind the last row. */
function eachRun(turns: readonly number[], width: number, height: number, take: (column: number, from: number, to: number) => void): void {
  for (let i = 0; i < turns.length; i += 2) {
    const end = Math.min(turns[i + 1] ?? width * height, width * height);
    for (let at = turns[i] ?? end; at < end; ) {
      const column = Math.floor(at / height);
      const to = Math.min(end, (column + 1) * height);
      take(column, at - column * height, to - column * height);
      at = to;
    }
  }
}

function turnsOf(ring: Ring, width: number, height: number): number[] {
  const scaled = ring.map(([x, y]) => [Math.trunc(SCALE * x + 0.5), Math.trunc(SCALE * y + 0.5)] as const);
  const turns: number[] = [];
  let before: readonly [number, number] | null = null;
  const walk = (u: number, v: number) => {
    if (before !== null && u !== before[0]) {
      const x = ((u < before[0] ? u : u - 1) + 0.5) / SCALE - 0.5;
      if (Number.isInteger(x) && x >= 0 && x <= width - 1) {
        const y = (Math.min(v, before[1]) + 0.5) / SCALE - 0.5;
        turns.push(x * height + Math.ceil(Math.min(height, Math.max(0, y))));
      }
    }
    before = [u, v];
  };
  scaled.forEach((start, index) => {
    const end = scaled[(index + 1) % scaled.length] ?? start;
    let [xs, ys] = start;
    let [xe, ye] = end;
    const [dx, dy] = [Math.abs(xe - xs), Math.abs(ys - ye)];
    const flip = (dx >= dy && xs > xe) || (dx < dy && ys > ye);
    if (flip) [xs, xe, ys, ye] = [xe, xs, ye, ys];
    const slope = dx >= dy ? (dx === 0 ? 0 : (ye - ys) / dx) : (xe - xs) / dy;
    const steps = Math.max(dx, dy);
    for (let step = 0; step <= steps; step += 1) {
      const t = flip ? steps - step : step;
      if (dx >= dy) walk(t + xs, Math.trunc(ys + slope * t + 0.5));
      else walk(Math.trunc(xs + slope * t + 0.5), t + ys);
    }
  });
  return turns;
}
