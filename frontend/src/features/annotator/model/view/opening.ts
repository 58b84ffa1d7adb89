import type { Bounds } from "./bounds";

const FOUR = 4;

/** The place that an address asks to be shown, "x,y,width,height" in pixels; null where it says none. */
export function readPlace(text: string | null): Bounds | null {
  const numbers = (text ?? "").split(",").map(Number);
  const [left = 0, top = 0, width = 0, height = 0] = numbers;
  if (text === null || numbers.length !== FOUR || !numbers.every(Number.isFinite) || width < 0 || height < 0) return null;
  return { left, top, right: left + width, bottom: top + height };
}
