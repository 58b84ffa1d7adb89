import type { Geometry, Raster, Rle } from "../types";
import { rasterised } from "../geometry/rasterise";
import { rleOf } from "../geometry/rle";
import { depth } from "./distance";

interface Field {
  readonly raster: Raster;
  /** The mean of the pixels' columns and rows. */
  readonly middle: readonly [x: number, y: number];
  /** Depths of the pixels from `left`, `top` on, so far about the mask as the other one reaches when laid over it. */
  readonly depths: Float64Array;
  readonly left: number;
  readonly top: number;
  readonly wide: number;
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
  const [a, b] = fieldsOf(before, after, one, other);
  const aim = [a.middle[0] * (1 - share) + b.middle[0] * share, a.middle[1] * (1 - share) + b.middle[1] * share] as const;
  const [ax, ay] = movedBy(a, aim);
  const [bx, by] = movedBy(b, aim);
  const left = Math.min(a.raster.x + ax, b.raster.x + bx) - 1;
  const top = Math.min(a.raster.y + ay, b.raster.y + by) - 1;
  const right = Math.max(a.raster.x + ax + a.raster.width, b.raster.x + bx + b.raster.width) + 1;
  const bottom = Math.max(a.raster.y + ay + a.raster.height, b.raster.y + by + b.raster.height) + 1;
  const wide = right - left;
  const data = new Uint8Array(wide * (bottom - top));
  let any = false;
  for (let row = top; row < bottom; row += 1) {
    const [i, j, k] = [(row - ay - a.top) * a.wide - ax - a.left, (row - by - b.top) * b.wide - bx - b.left, (row - top) * wide - left];
    for (let column = left; column < right; column += 1) {
      if ((a.depths[i + column] as number) * (1 - share) + (b.depths[j + column] as number) * share <= 0) continue;
      data[k + column] = 1;
      any = true;
    }
  }
  if (any) return rleOf({ x: left, y: top, width: wide, height: bottom - top, data }, width, height);
  const [near, dx, dy] = share >= 0.5 ? [b, bx, by] : [a, ax, ay];
  return rleOf({ ...near.raster, x: near.raster.x + dx, y: near.raster.y + dy }, width, height);
}

function fieldsOf(before: Geometry, after: Geometry, one: Raster, other: Raster): readonly [Field, Field] {
  const known = pairs.get(before);
  if (known?.to === after) return known.fields;
  const [first, second] = [middleOf(one), middleOf(other)];
  // As seen from the middles, with room for their rounding and for nothing all round.
  const reach = (a: number, b: number) => Math.ceil(Math.max(a, b)) + 3;
  const about = {
    left: reach(first[0] - one.x, second[0] - other.x),
    top: reach(first[1] - one.y, second[1] - other.y),
    right: reach(one.x + one.width - first[0], other.x + other.width - second[0]),
    bottom: reach(one.y + one.height - first[1], other.y + other.height - second[1]),
  };
  const fields = [fieldOf(one, first, about), fieldOf(other, second, about)] as const;
  pairs.set(before, { to: after, fields });
  return fields;
}

function middleOf({ x, y, width, height, data }: Raster): readonly [number, number] {
  let [columns, rows, count] = [0, 0, 0];
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      if (data[row * width + column] !== 1) continue;
      columns += column;
      rows += row;
      count += 1;
    }
  }
  return [columns / count + x, rows / count + y];
}

interface About {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

function fieldOf(raster: Raster, middle: readonly [number, number], about: About): Field {
  const [left, top] = [Math.floor(middle[0]) - about.left, Math.floor(middle[1]) - about.top];
  const [wide, high] = [about.left + about.right + 1, about.top + about.bottom + 1];
  const canvas = new Uint8Array(wide * high);
  for (let row = 0; row < raster.height; row += 1) {
    const line = raster.data.subarray(row * raster.width, (row + 1) * raster.width);
    canvas.set(line, (row + raster.y - top) * wide + raster.x - left);
  }
  return { raster, middle, depths: depth(canvas, wide, high), left, top, wide };
}

/** Halves go up, as on the server. */
function movedBy({ middle }: Field, aim: readonly [number, number]): readonly [number, number] {
  return [Math.floor(aim[0] - middle[0] + 0.5), Math.floor(aim[1] - middle[1] + 0.5)];
}
