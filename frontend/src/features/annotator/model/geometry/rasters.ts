import type { Point, Raster } from "../types";

export const EMPTY: Raster = { x: 0, y: 0, width: 0, height: 0, data: new Uint8Array() };

export function isEmpty(raster: Raster): boolean {
  return !raster.data.includes(1);
}

export function pixelCount({ data }: Raster): number {
  let count = 0;
  for (const bit of data) count += bit;
  return count;
}

export function bitAt({ x, y, width, height, data }: Raster, column: number, row: number): number {
  const [i, j] = [column - x, row - y];
  return i >= 0 && j >= 0 && i < width && j < height ? (data[j * width + i] ?? 0) : 0;
}

/** The same pixels in a frame that also holds the rectangle. */
export function grown(raster: Raster, x: number, y: number, width: number, height: number): Raster {
  if (raster.width === 0) return { x, y, width, height, data: new Uint8Array(width * height) };
  const [left, top] = [Math.min(raster.x, x), Math.min(raster.y, y)];
  const right = Math.max(raster.x + raster.width, x + width);
  const bottom = Math.max(raster.y + raster.height, y + height);
  if (left === raster.x && top === raster.y && right - left === raster.width && bottom - top === raster.height) return raster;
  const wide = right - left;
  const data = new Uint8Array(wide * (bottom - top));
  for (let row = 0; row < raster.height; row += 1) {
    const line = raster.data.subarray(row * raster.width, (row + 1) * raster.width);
    data.set(line, (row + raster.y - top) * wide + raster.x - left);
  }
  return { x: left, y: top, width: wide, height: bottom - top, data };
}

/** Only the frame round what is set. */
export function cropped(raster: Raster): Raster {
  const { x, y, width, height, data } = raster;
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let row = 0; row < height; row += 1) {
    const line = data.subarray(row * width, (row + 1) * width);
    const first = line.indexOf(1);
    if (first < 0) continue;
    left = Math.min(left, first);
    right = Math.max(right, line.lastIndexOf(1));
    top = Math.min(top, row);
    bottom = row;
  }
  if (right < 0) return EMPTY;
  if (left === 0 && top === 0 && right === width - 1 && bottom === height - 1) return raster;
  const wide = right - left + 1;
  const part = new Uint8Array(wide * (bottom - top + 1));
  for (let row = top; row <= bottom; row += 1) {
    part.set(data.subarray(row * width + left, row * width + right + 1), (row - top) * wide);
  }
  return { x: x + left, y: y + top, width: wide, height: bottom - top + 1, data: part };
}

export function union(a: Raster, b: Raster): Raster {
  if (b.width === 0) return a;
  const whole = grown(a, b.x, b.y, b.width, b.height);
  const data = whole.data.slice();
  for (let row = 0; row < b.height; row += 1) {
    const start = (row + b.y - whole.y) * whole.width + b.x - whole.x;
    for (let column = 0; column < b.width; column += 1) {
      if (b.data[row * b.width + column] === 1) data[start + column] = 1;
    }
  }
  return { ...whole, data };
}

/** What is in `a` and not in `b`. */
export function without(a: Raster, b: Raster): Raster {
  const data = a.data.slice();
  eachShared(a, b, (i, j) => {
    if (b.data[j] === 1) data[i] = 0;
  });
  return { ...a, data };
}

export function common(a: Raster, b: Raster): Raster {
  const data = new Uint8Array(a.data.length);
  eachShared(a, b, (i, j) => {
    if (a.data[i] === 1 && b.data[j] === 1) data[i] = 1;
  });
  return { ...a, data };
}

/** The places that both frames hold, as indices into one's data and the other's. */
function eachShared(a: Raster, b: Raster, take: (i: number, j: number) => void): void {
  const [left, right] = [Math.max(a.x, b.x), Math.min(a.x + a.width, b.x + b.width)];
  const [top, bottom] = [Math.max(a.y, b.y), Math.min(a.y + a.height, b.y + b.height)];
  for (let row = top; row < bottom; row += 1) {
    const [i, j] = [(row - a.y) * a.width - a.x, (row - b.y) * b.width - b.x];
    for (let column = left; column < right; column += 1) take(i + column, j + column);
  }
}

export function overlap(a: Raster, b: Raster): boolean {
  const [left, right] = [Math.max(a.x, b.x), Math.min(a.x + a.width, b.x + b.width)];
  const [top, bottom] = [Math.max(a.y, b.y), Math.min(a.y + a.height, b.y + b.height)];
  for (let row = top; row < bottom; row += 1) {
    const [i, j] = [(row - a.y) * a.width - a.x, (row - b.y) * b.width - b.x];
    for (let column = left; column < right; column += 1) {
      if (a.data[i + column] === 1 && b.data[j + column] === 1) return true;
    }
  }
  return false;
}

export function rectangle(x: number, y: number, width: number, height: number): Raster {
  if (width <= 0 || height <= 0) return EMPTY;
  return { x, y, width, height, data: new Uint8Array(width * height).fill(1) };
}

/** Frames grow by whole blocks, so that a stroke does not copy itself at every move. */
const BLOCK = 128;

/**
 * A stroke goes on from one place to the next: pixels whose centre is at most `radius` from the line between them are
 * set in place where the frame holds them, else in a larger frame. Clipped to the image.
 */
export function stroked(raster: Raster, from: Point, to: Point, radius: number, imageWidth: number, imageHeight: number): Raster {
  const left = Math.max(0, Math.floor(Math.min(from[0], to[0]) - radius));
  const top = Math.max(0, Math.floor(Math.min(from[1], to[1]) - radius));
  const right = Math.min(imageWidth, Math.ceil(Math.max(from[0], to[0]) + radius));
  const bottom = Math.min(imageHeight, Math.ceil(Math.max(from[1], to[1]) + radius));
  if (left >= right || top >= bottom) return raster;
  const frame = holds(raster, left, top, right, bottom)
    ? raster
    : inBlocks(raster, left, top, right, bottom, imageWidth, imageHeight);
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = dx * dx + dy * dy;
  const reach = radius * radius;
  for (let row = top; row < bottom; row += 1) {
    for (let column = left; column < right; column += 1) {
      const [px, py] = [column + 0.5 - from[0], row + 0.5 - from[1]];
      const part = length === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / length));
      const [ox, oy] = [px - part * dx, py - part * dy];
      if (ox * ox + oy * oy <= reach) frame.data[(row - frame.y) * frame.width + column - frame.x] = 1;
    }
  }
  return frame;
}

function holds({ x, y, width, height }: Raster, left: number, top: number, right: number, bottom: number): boolean {
  return width > 0 && left >= x && top >= y && right <= x + width && bottom <= y + height;
}

function inBlocks(raster: Raster, left: number, top: number, right: number, bottom: number, wide: number, high: number): Raster {
  const x = Math.floor(left / BLOCK) * BLOCK;
  const y = Math.floor(top / BLOCK) * BLOCK;
  const width = Math.min(wide, Math.ceil(right / BLOCK) * BLOCK) - x;
  const height = Math.min(high, Math.ceil(bottom / BLOCK) * BLOCK) - y;
  return grown(raster, x, y, width, height);
}
