/** Pictures of classes as the server draws them, read back into the classes they show. */

export interface Label {
  index: number;
  /** Null is the background, which is drawn as nothing. */
  id: string | null;
  name: string;
  color: string;
}

/** Nothing is drawn here: background, or a pixel that nobody judged. */
export const NOTHING = 255;
/** A line between neighbours of one class. */
export const LINE = 254;

/** Grey in the truth: whatever is predicted there counts for nothing. */
export const UNCOUNTED = 253;
/** Grey in a map of errors: background was predicted where there is a class. */
export const MISSED = 252;
const GREY = 0x888888;
const GREY_OPACITY = 130;

/** How far a channel may be off: a canvas keeps colours multiplied by their opacity. */
const TOLERANCE = 12;

/** uint8 [h · w] of the classes at each pixel of RGBA pixels that show them in their colours. */
export function indicesOf(pixels: Uint8ClampedArray | Uint8Array, labels: readonly Label[]): Uint8Array<ArrayBuffer> {
  const found = new Uint8Array(pixels.length / 4);
  const palette = labels.filter(({ id }) => id !== null).map(({ index, color }) => ({ index, rgb: rgbOf(color) }));
  // Behind the classes: one of them may be as grey.
  palette.push({ index: UNCOUNTED, rgb: GREY });
  const known = new Map<number, number>();
  for (let at = 0, pixel = 0; at < pixels.length; at += 4, pixel += 1) {
    if ((pixels[at + 3] ?? 0) < 8) {
      found[pixel] = NOTHING;
      continue;
    }
    const rgb = ((pixels[at] ?? 0) << 16) | ((pixels[at + 1] ?? 0) << 8) | (pixels[at + 2] ?? 0);
    let index = known.get(rgb);
    if (index === undefined) {
      index = nearest(rgb, palette);
      known.set(rgb, index);
    }
    found[pixel] = index;
  }
  return found;
}

function nearest(rgb: number, palette: readonly { index: number; rgb: number }[]): number {
  let best = LINE;
  let least = TOLERANCE + 1;
  for (const entry of palette) {
    const off = Math.max(
      Math.abs((rgb >> 16) - (entry.rgb >> 16)),
      Math.abs(((rgb >> 8) & 255) - ((entry.rgb >> 8) & 255)),
      Math.abs((rgb & 255) - (entry.rgb & 255)),
    );
    if (off < least) {
      least = off;
      best = entry.index;
    }
  }
  return best;
}

function rgbOf(color: string): number {
  return parseInt(color.replace("#", ""), 16) || 0;
}

/** RGBA pixels of classes in their full colours; the hidden ones are left out. */
export function painted(indices: Uint8Array, labels: readonly Label[], hidden: readonly number[]): Uint8ClampedArray<ArrayBuffer> {
  const palette = new Uint32Array(256);
  const bytes = new Uint8Array(palette.buffer);
  const put = (value: number, rgb: number) => bytes.set([rgb >> 16, (rgb >> 8) & 255, rgb & 255, 255], value * 4);
  put(LINE, 0xffffff);
  put(MISSED, GREY);
  bytes.set([GREY >> 16, (GREY >> 8) & 255, GREY & 255, GREY_OPACITY], UNCOUNTED * 4);
  for (const { index, id, color } of labels) if (id !== null && !hidden.includes(index)) put(index, rgbOf(color));
  palette[NOTHING] = 0;
  const out = new Uint32Array(indices.length);
  for (let pixel = 0; pixel < indices.length; pixel += 1) out[pixel] = palette[indices[pixel] ?? NOTHING] ?? 0;
  return new Uint8ClampedArray(out.buffer);
}

export interface Raster {
  width: number;
  height: number;
  indices: Uint8Array<ArrayBuffer>;
}

/** What was predicted where it is not the truth, and nothing elsewhere; `truth` is read at the places of `other`. */
export function mistakes(truth: Raster, other: Raster): Raster {
  const { width, height } = other;
  const indices = new Uint8Array(width * height).fill(NOTHING);
  for (let y = 0; y < height; y += 1) {
    const row = Math.floor(((y + 0.5) * truth.height) / height) * truth.width;
    for (let x = 0; x < width; x += 1) {
      const real = truth.indices[row + Math.floor(((x + 0.5) * truth.width) / width)] ?? NOTHING;
      const given = other.indices[y * width + x] ?? NOTHING;
      if (real === given || given === LINE || real === LINE || real === UNCOUNTED) continue;
      indices[y * width + x] = given === NOTHING ? MISSED : given;
    }
  }
  return { width, height, indices };
}

/** Black diagonals over what is painted, as on the server's maps of errors: a third of each run, so that they tell without colours. */
export function striped(pixels: Uint8ClampedArray<ArrayBuffer>, width: number): Uint8ClampedArray<ArrayBuffer> {
  const height = pixels.length / 4 / width;
  const step = Math.max(2, Math.round(Math.max(width, height) / 160));
  const words = new Uint32Array(pixels.buffer);
  const [stripe = 0] = new Uint32Array(new Uint8Array([0, 0, 0, 190]).buffer);
  for (let y = 0, pixel = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, pixel += 1) {
      if (words[pixel] !== 0 && Math.floor((x + y) / step) % 3 === 0) words[pixel] = stripe;
    }
  }
  return pixels;
}

/** The same pixels without those at which a hidden class was predicted. */
export function without(pixels: Uint8ClampedArray<ArrayBuffer>, { indices }: Raster, hidden: readonly number[]): Uint8ClampedArray<ArrayBuffer> {
  if (hidden.length === 0 || indices.length * 4 !== pixels.length) return pixels;
  const left = new Uint8ClampedArray(pixels);
  for (let pixel = 0; pixel < indices.length; pixel += 1) {
    if (hidden.includes(indices[pixel] ?? NOTHING)) left[pixel * 4 + 3] = 0;
  }
  return left;
}

/** The class at a place of the image, both from 0 to 1. */
export function indexAt({ width, height, indices }: Raster, x: number, y: number): number {
  if (x < 0 || y < 0 || x >= 1 || y >= 1) return NOTHING;
  return indices[Math.floor(y * height) * width + Math.floor(x * width)] ?? NOTHING;
}
