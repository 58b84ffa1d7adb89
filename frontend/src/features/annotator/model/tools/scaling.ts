import { distance } from "../geometry/rings";
import type { Handle, Point } from "../types";
import type { Bounds } from "../view/bounds";

/** Of a rectangle: which way from its middle. */
export type Side = readonly [horizontal: -1 | 0 | 1, vertical: -1 | 0 | 1];
const SIDES: readonly Side[] = [
  [-1, -1],
  [0, -1],
  [1, -1],
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
  [-1, 0],
];

function cornerAt({ left, top, right, bottom }: Bounds, [horizontal, vertical]: Side): Point {
  const along = (low: number, high: number, side: number) => (side < 0 ? low : side > 0 ? high : (low + high) / 2);
  return [along(left, right, horizontal), along(top, bottom, vertical)];
}

export function corners(bounds: Bounds): Handle[] {
  if (bounds.right < bounds.left) return [];
  return SIDES.map((side): Handle => ({ kind: side[0] === 0 || side[1] === 0 ? "side" : "corner", at: cornerAt(bounds, side), active: false }));
}

/** The corner or side within reach of a place; inside of a small rectangle less far, so that its middle still moves it. */
export function sideAt(here: Point, bounds: Bounds, reach: number): Side | null {
  const { left, top, right, bottom } = bounds;
  if (right < left) return null;
  const inside = here[0] > left && here[0] < right && here[1] > top && here[1] < bottom;
  const near = inside ? Math.min(reach, (right - left) / 4, (bottom - top) / 4) : reach;
  return SIDES.find((side) => distance(cornerAt(bounds, side), here) <= near) ?? null;
}

/** The rectangle with one corner or side dragged to a place; Shift keeps its proportions at a corner. */
export function dragged(from: Bounds, [horizontal, vertical]: Side, [x, y]: Point, keep: boolean): Bounds {
  let { left, top, right, bottom } = from;
  if (horizontal < 0) left = Math.min(x, right - 1);
  if (horizontal > 0) right = Math.max(x, left + 1);
  if (vertical < 0) top = Math.min(y, bottom - 1);
  if (vertical > 0) bottom = Math.max(y, top + 1);
  if (keep && horizontal !== 0 && vertical !== 0) {
    const factor = Math.max((right - left) / (from.right - from.left), (bottom - top) / (from.bottom - from.top));
    const [width, height] = [(from.right - from.left) * factor, (from.bottom - from.top) * factor];
    if (horizontal < 0) left = right - width;
    else right = left + width;
    if (vertical < 0) top = bottom - height;
    else bottom = top + height;
  }
  return { left, top, right, bottom };
}
