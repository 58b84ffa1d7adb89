import type { Raster } from "../types";
import { cropped, EMPTY } from "./rasters";

/** Pixels of the picture are grouped tile by tile: a click costs one tile, whatever the picture's size. */
export const TILE = 256;
const ROUNDS = 5;

/** The group of each pixel of one tile. */
export interface Tiles {
  at(column: number, row: number): Raster;
}

interface Grouped {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly labels: Int32Array;
}

/**
 * Superpixels of about `size` pixels a side, by SLIC (Achanta et al., 2012): pixels join the centre that is nearest in
 * colour and place, where `compactness` is what a place apart by `size` weighs against levels of colour.
 */
export function superpixels(image: ImageData, size: number, compactness = 18): Tiles {
  const tiles = new Map<number, Grouped>();
  const across = Math.ceil(image.width / TILE);
  return {
    at(column, row) {
      if (column < 0 || row < 0 || column >= image.width || row >= image.height) return EMPTY;
      const key = Math.floor(row / TILE) * across + Math.floor(column / TILE);
      const tile = tiles.get(key) ?? group(image, Math.floor(column / TILE) * TILE, Math.floor(row / TILE) * TILE, size, compactness);
      tiles.set(key, tile);
      const label = tile.labels[(row - tile.y) * tile.width + column - tile.x];
      const data = new Uint8Array(tile.labels.length);
      tile.labels.forEach((each, index) => {
        if (each === label) data[index] = 1;
      });
      return cropped({ x: tile.x, y: tile.y, width: tile.width, height: tile.height, data });
    },
  };
}

function group(image: ImageData, x: number, y: number, size: number, compactness: number): Grouped {
  const [width, height] = [Math.min(TILE, image.width - x), Math.min(TILE, image.height - y)];
  const [columns, rows] = [Math.max(1, Math.round(width / size)), Math.max(1, Math.round(height / size))];
  const [stepX, stepY] = [width / columns, height / rows];
  const count = columns * rows;
  // Red, green, blue, column and row of each centre.
  const centres = new Float64Array(count * 5);
  const colour = (px: number, py: number, channel: number) => image.data[((y + py) * image.width + x + px) * 4 + channel] ?? 0;
  for (let i = 0; i < count; i += 1) {
    const [px, py] = [Math.floor(((i % columns) + 0.5) * stepX), Math.floor((Math.floor(i / columns) + 0.5) * stepY)];
    centres.set([colour(px, py, 0), colour(px, py, 1), colour(px, py, 2), px, py], i * 5);
  }
  const labels = new Int32Array(width * height);
  const weight = (compactness / size) ** 2;
  for (let round = 0; round < ROUNDS; round += 1) {
    const sums = new Float64Array(count * 6);
    for (let py = 0; py < height; py += 1) {
      const middleRow = Math.min(rows - 1, Math.floor(py / stepY));
      for (let px = 0; px < width; px += 1) {
        const at = ((y + py) * image.width + x + px) * 4;
        const [r, g, b] = [image.data[at] ?? 0, image.data[at + 1] ?? 0, image.data[at + 2] ?? 0];
        const middleColumn = Math.min(columns - 1, Math.floor(px / stepX));
        let [best, least] = [0, Infinity];
        for (let cy = Math.max(0, middleRow - 1); cy <= Math.min(rows - 1, middleRow + 1); cy += 1) {
          for (let cx = Math.max(0, middleColumn - 1); cx <= Math.min(columns - 1, middleColumn + 1); cx += 1) {
            const centre = (cy * columns + cx) * 5;
            const dr = r - (centres[centre] ?? 0);
            const dg = g - (centres[centre + 1] ?? 0);
            const db = b - (centres[centre + 2] ?? 0);
            const dx = px - (centres[centre + 3] ?? 0);
            const dy = py - (centres[centre + 4] ?? 0);
            const off = dr * dr + dg * dg + db * db + weight * (dx * dx + dy * dy);
            if (off < least) [best, least] = [cy * columns + cx, off];
          }
        }
        labels[py * width + px] = best;
        const sum = best * 6;
        sums[sum] = (sums[sum] ?? 0) + r;
        sums[sum + 1] = (sums[sum + 1] ?? 0) + g;
        sums[sum + 2] = (sums[sum + 2] ?? 0) + b;
        sums[sum + 3] = (sums[sum + 3] ?? 0) + px;
        sums[sum + 4] = (sums[sum + 4] ?? 0) + py;
        sums[sum + 5] = (sums[sum + 5] ?? 0) + 1;
      }
    }
    for (let i = 0; i < count; i += 1) {
      const members = sums[i * 6 + 5] ?? 0;
      if (members === 0) continue;
      for (let part = 0; part < 5; part += 1) centres[i * 5 + part] = (sums[i * 6 + part] ?? 0) / members;
    }
  }
  const like = (px: number, py: number, qx: number, qy: number) =>
    -(Math.abs(colour(px, py, 0) - colour(qx, qy, 0)) + Math.abs(colour(px, py, 1) - colour(qx, qy, 1)) + Math.abs(colour(px, py, 2) - colour(qx, qy, 2)));
  return { x, y, width, height, labels: connected(labels, width, (stepX * stepY) / 4, like) };
}

/** How alike two places are: more is more. */
type Likeness = (px: number, py: number, qx: number, qy: number) => number;

/** Every group in one piece: what is apart gets a number of its own, or where it is small that of the most alike beside it. */
function connected(labels: Int32Array, width: number, smallest: number, like: Likeness): Int32Array {
  const made = new Int32Array(labels.length).fill(-1);
  const found: number[][] = [];
  const beside = (at: number) => {
    const column = at % width;
    const next = [column > 0 ? at - 1 : -1, column < width - 1 ? at + 1 : -1, at - width, at + width];
    return next.filter((other) => other >= 0 && other < labels.length);
  };
  for (let start = 0; start < labels.length; start += 1) {
    if (made[start] !== -1) continue;
    const piece = [start];
    made[start] = found.length;
    // The list grows while it is walked along.
    for (const at of piece) {
      for (const other of beside(at)) {
        if (made[other] !== -1 || labels[other] !== labels[start]) continue;
        made[other] = found.length;
        piece.push(other);
      }
    }
    found.push(piece);
  }
  for (const piece of found) {
    if (piece.length >= smallest) continue;
    const own = made[piece[0] ?? 0];
    let [best, most] = [own, -Infinity];
    for (const at of piece) {
      for (const other of beside(at)) {
        const alike = made[other] === own ? -Infinity : like(at % width, Math.floor(at / width), other % width, Math.floor(other / width));
        if (alike > most) [best, most] = [made[other], alike];
      }
    }
    if (best === undefined || best === own) continue;
    const into = found[best];
    for (const at of piece) made[at] = best;
    into?.push(...piece);
  }
  return made;
}
