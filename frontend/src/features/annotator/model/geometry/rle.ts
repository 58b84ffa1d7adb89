import { decodeCounts } from "@/components/canvas/model/rle";
import type { Raster, Rle } from "../types";

const decoded = new WeakMap<Rle, Raster>();

/** The pixels of a mask, cropped to what is set; remembered, since masks never change. */
export function rasterOf(mask: Rle): Raster {
  const known = decoded.get(mask);
  if (known) return known;
  const raster = decode(mask);
  decoded.set(mask, raster);
  return raster;
}

function decode({ size: [height], counts: text }: Rle): Raster {
  const counts = decodeCounts(text);
  let [left, top, right, bottom] = [Infinity, Infinity, -1, -1];
  eachRun(counts, height, (column, from, to) => {
    left = Math.min(left, column);
    right = Math.max(right, column);
    top = Math.min(top, from);
    bottom = Math.max(bottom, to - 1);
  });
  if (right < 0) return { x: 0, y: 0, width: 0, height: 0, data: new Uint8Array() };
  const [wide, high] = [right - left + 1, bottom - top + 1];
  const data = new Uint8Array(wide * high);
  eachRun(counts, height, (column, from, to) => {
    for (let row = from; row < to; row += 1) data[(row - top) * wide + column - left] = 1;
  });
  return { x: left, y: top, width: wide, height: high, data };
}

/** Runs of what is set, column by column: `to` is behind the last row. */
function eachRun(counts: readonly number[], height: number, take: (column: number, from: number, to: number) => void): void {
  let at = 0;
  counts.forEach((run, index) => {
    const end = at + run;
    if (index % 2 === 1) {
      for (let from = at; from < end; ) {
        const column = Math.floor(from / height);
        const to = Math.min(end, (column + 1) * height);
        take(column, from - column * height, to - column * height);
        from = to;
      }
    }
    at = end;
  });
}

/** A raster as a mask of the image's size; what lies outside of the image is left out. */
export function rleOf({ x, y, width, height, data }: Raster, imageWidth: number, imageHeight: number): Rle {
  const counts: number[] = [];
  let [value, start] = [0, 0];
  const turn = (position: number) => {
    counts.push(position - start);
    start = position;
    value = 1 - value;
  };
  for (let column = Math.max(0, x); column < Math.min(imageWidth, x + width); column += 1) {
    const base = column * imageHeight;
    for (let row = Math.max(0, y); row < Math.min(imageHeight, y + height); row += 1) {
      const bit = data[(row - y) * width + column - x] ?? 0;
      if (bit !== value) turn(base + row);
    }
    // What is set down to the raster's last row ends there, unless the next column goes on with it.
    const behind = base + Math.min(imageHeight, y + height);
    const goesOn = y <= 0 && y + height >= imageHeight && column + 1 < Math.min(imageWidth, x + width);
    if (value === 1 && !goesOn) turn(behind);
  }
  counts.push(imageWidth * imageHeight - start);
  if (counts.length > 1 && counts.at(-1) === 0) counts.pop();
  return { size: [imageHeight, imageWidth], counts: encodeCounts(counts) };
}

/** COCO's compressed string: each third and later run as the difference to the one before the last. */
export function encodeCounts(counts: readonly number[]): string {
  let text = "";
  counts.forEach((count, index) => {
    let value = index > 2 ? count - (counts[index - 2] ?? 0) : count;
    let more = true;
    while (more) {
      let bits = value & 0x1f;
      value >>= 5;
      more = (bits & 0x10) !== 0 ? value !== -1 : value !== 0;
      if (more) bits |= 0x20;
      text += String.fromCharCode(bits + 48);
    }
  });
  return text;
}
