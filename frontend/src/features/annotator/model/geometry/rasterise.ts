import type { Geometry, Polygon, Raster, Ring } from "../types";
import { cropped, EMPTY, rectangle, union, without } from "./rasters";
import { boxRing } from "./rings";
import { rasterOf } from "./rle";

/** Steps of a pixel that the walk along an edge is made in. */
const SCALE = 5;

/** The pixels of a geometry, exactly as the server counts them. */
export function rasterised(geometry: Geometry, width: number, height: number): Raster {
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
  const columns = turns.map((turn) => Math.floor(turn / height));
  const [left, right] = [Math.min(...bounds(columns)), Math.min(width - 1, Math.max(...bounds(columns)))];
  const wide = right - left + 1;
  const raster = { ...rectangle(left, 0, wide, height), data: new Uint8Array(wide * height) };
  for (let i = 0; i < turns.length; i += 2) {
    const end = turns[i + 1] ?? width * height;
    for (let at = turns[i] ?? end; at < end; at += 1) {
      const column = Math.floor(at / height);
      raster.data[(at - column * height) * wide + column - left] = 1;
    }
  }
  return cropped(raster);
}

function bounds(sorted: readonly number[]): [number, number] {
  return [sorted[0] ?? 0, sorted.at(-1) ?? 0];
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
