import type { Point, Raster } from "../types";
import { cropped, EMPTY } from "./rasters";

/** Places a fill may reach before it is given up: a slip would take the whole picture, and seconds. */
export const MOST = 16_000_000;

/** Pixels joined with a place by their sides, as far as `passes` allows; null where there are more than MOST. */
export function flooded(width: number, height: number, [x, y]: Point, passes: (index: number) => boolean): Raster | null {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  if (column < 0 || row < 0 || column >= width || row >= height) return EMPTY;
  const data = new Uint8Array(width * height);
  const stack = [row * width + column];
  let count = 0;
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (data[at] === 1 || !passes(at)) continue;
    const line = Math.floor(at / width) * width;
    let [from, to] = [at, at];
    while (from > line && data[from - 1] === 0 && passes(from - 1)) from -= 1;
    while (to < line + width - 1 && data[to + 1] === 0 && passes(to + 1)) to += 1;
    count += to - from + 1;
    if (count > MOST) return null;
    data.fill(1, from, to + 1);
    for (const next of [line - width, line + width]) {
      if (next < 0 || next >= width * height) continue;
      let open = false;
      for (let i = from - line + next; i <= to - line + next; i += 1) {
        const free = data[i] === 0 && passes(i);
        if (free && !open) stack.push(i);
        open = free;
      }
    }
  }
  return cropped({ x: 0, y: 0, width, height, data });
}

/** Whether a pixel's colour is within `tolerance` (0…255, the largest difference of a channel) of that at a place. */
export function similar({ data, width }: ImageData, [x, y]: Point, tolerance: number): (index: number) => boolean {
  const start = (Math.floor(y) * width + Math.floor(x)) * 4;
  const [r, g, b] = [data[start] ?? 0, data[start + 1] ?? 0, data[start + 2] ?? 0];
  return (index) => {
    const at = index * 4;
    return (
      Math.abs((data[at] ?? 0) - r) <= tolerance &&
      Math.abs((data[at + 1] ?? 0) - g) <= tolerance &&
      Math.abs((data[at + 2] ?? 0) - b) <= tolerance
    );
  };
}
