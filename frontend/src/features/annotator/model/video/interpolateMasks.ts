import type { Geometry, Raster, Rle } from "../types";
import { rasterised } from "../geometry/rasterise";
import { rleOf } from "../geometry/rle";
import { depth } from "./distance";

interface Field {
  readonly raster: Raster;
  /** The mean of the pixels' columns and rows. */
  readonly middle: readonly [x: number, y: number];
  /** Depths about the raster, `margin` pixels further on every side. */
  readonly depths: Float64Array;
  readonly margin: readonly [x: number, y: number];
}

/** By the first of two masks: what does not depend on how far one is on the way. */
const pairs = new WeakMap<Geometry, { readonly to: Geometry; readonly fields: readonly [Field, Field] }>();

/**
 * A mask on the way from one to another by their signed distances, laid over each other by their middles
 * (Raya & Udupa 1990): what moves keeps its size.
 */
export function betweenMasks(before: Geometry, after: Geometry, share: number, width: number, height: number): Rle {
  const [one, other] = [rasterised(before, width, height), rasterised(after, width, height)];
  if (one.width === 0 || other.width === 0) return rleOf(share >= 0.5 ? other : one, width, height);
  const fields = fieldsOf(before, after, one, other);
  const [a, b] = fields;
  const aim = [0, 1].map((axis) => (a.middle[axis as 0] * (1 - share) + b.middle[axis as 0] * share)) as [number, number];
  const [ax, ay] = movedBy(a, aim);
  const [bx, by] = movedBy(b, aim);
  const left = Math.min(a.raster.x + ax, b.raster.x + bx) - 1;
  const top = Math.min(a.raster.y + ay, b.raster.y + by) - 1;
  const right = Math.max(a.raster.x + ax + a.raster.width, b.raster.x + bx + b.raster.width) + 1;
  const bottom = Math.max(a.raster.y + ay + a.raster.height, b.raster.y + by + b.raster.height) + 1;
  const wide = right - left;
  const data = new Uint8Array(wide * (bottom - top));
  const [readA, readB] = [reader(a, ax, ay), reader(b, bx, by)];
  let any = false;
  for (let row = top; row < bottom; row += 1) {
    for (let column = left; column < right; column += 1) {
      if (readA(column, row) * (1 - share) + readB(column, row) * share > 0) {
        data[(row - top) * wide + column - left] = 1;
        any = true;
      }
    }
  }
  if (any) return rleOf({ x: left, y: top, width: wide, height: bottom - top, data }, width, height);
  const [near, dx, dy] = share >= 0.5 ? [b, bx, by] : [a, ax, ay];
  return rleOf({ ...near.raster, x: near.raster.x + dx, y: near.raster.y + dy }, width, height);
}

function fieldsOf(before: Geometry, after: Geometry, one: Raster, other: Raster): readonly [Field, Field] {
  const known = pairs.get(before);
  if (known?.to === after) return known.fields;
  // Over each other by their middles, neither reaches further out than both are large.
  const margin = [Math.max(one.width, other.width) + 3, Math.max(one.height, other.height) + 3] as const;
  const fields = [fieldOf(one, margin), fieldOf(other, margin)] as const;
  pairs.set(before, { to: after, fields });
  return fields;
}

function fieldOf(raster: Raster, margin: readonly [number, number]): Field {
  const [wide, high] = [raster.width + 2 * margin[0], raster.height + 2 * margin[1]];
  const canvas = new Uint8Array(wide * high);
  let [columns, rows, count] = [0, 0, 0];
  for (let row = 0; row < raster.height; row += 1) {
    for (let column = 0; column < raster.width; column += 1) {
      if (raster.data[row * raster.width + column] !== 1) continue;
      canvas[(row + margin[1]) * wide + column + margin[0]] = 1;
      columns += column;
      rows += row;
      count += 1;
    }
  }
  const middle = [columns / count + raster.x, rows / count + raster.y] as const;
  return { raster, middle, depths: depth(canvas, wide, high), margin };
}

/** Halves go up, as on the server. */
function movedBy({ middle }: Field, aim: readonly [number, number]): readonly [number, number] {
  return [Math.floor(aim[0] - middle[0] + 0.5), Math.floor(aim[1] - middle[1] + 0.5)];
}

function reader({ raster, depths, margin }: Field, dx: number, dy: number): (column: number, row: number) => number {
  const wide = raster.width + 2 * margin[0];
  const [left, top] = [raster.x + dx - margin[0], raster.y + dy - margin[1]];
  return (column, row) => depths[(row - top) * wide + column - left] ?? 0;
}

