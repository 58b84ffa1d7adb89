import type { Shape } from "../types";
import { type Scale, xOf } from "./timeline";
import { frameOf, isOutside, spansOf, type Track } from "./tracks";

/** What is drawn of a track, as SVG paths about a middle line at `y`. */
export interface Lane {
  /** Where it is seen. */
  readonly bars: string;
  readonly keys: string;
  /** Keyframes that a machine wrote. */
  readonly assisted: string;
  /** Keyframes from which on it is not seen. */
  readonly ends: string;
}

const DIAMOND = 5;
/** Nearer to each other than this, keyframes are one diamond: a thousand of them would hide the bar and take long. */
const CLOSE = 3;

export function laneOf(track: Track, scale: Scale, count: number, y: number): Lane {
  const half = scale.width / scale.span / 2;
  const bars = spansOf(track, count)
    .map(([from, to]) => [clip(xOf(scale, from) - half, scale), clip(xOf(scale, to) + half, scale)] as const)
    .filter(([left, right]) => right > left)
    .map(([left, right]) => `M${round(left)} ${y - 3}H${round(right)}v6H${round(left)}z`)
    .join("");
  const lists: Record<"keys" | "assisted" | "ends", string[]> = { keys: [], assisted: [], ends: [] };
  const last = { keys: -Infinity, assisted: -Infinity, ends: -Infinity };
  for (const key of track.keys) {
    const x = xOf(scale, frameOf(key));
    if (x < -DIAMOND || x > scale.width + DIAMOND) continue;
    const list = isOutside(key) ? "ends" : key.source === "human" ? "keys" : "assisted";
    if (x - last[list] < CLOSE) continue;
    last[list] = x;
    lists[list].push(`M${round(x)} ${y - DIAMOND}l${DIAMOND} ${DIAMOND}l-${DIAMOND} ${DIAMOND}l-${DIAMOND} -${DIAMOND}z`);
  }
  return { bars, keys: lists.keys.join(""), assisted: lists.assisted.join(""), ends: lists.ends.join("") };
}

/** The keyframe under a place of the lane, as near as a diamond is large. */
export function keyNear({ keys }: Track, scale: Scale, x: number, reach = DIAMOND + 2): Shape | null {
  let found: Shape | null = null;
  let least = reach;
  for (const key of keys) {
    const off = Math.abs(xOf(scale, frameOf(key)) - x);
    if (off <= least) [found, least] = [key, off];
  }
  return found;
}

function clip(x: number, { width }: Scale): number {
  return Math.min(width + 2, Math.max(-2, x));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
