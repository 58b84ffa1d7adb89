/** Viridis (Smith and van der Walt 2015) at nine places: even to the eye, and for every kind of colour vision. */
const STOPS = [0x440154, 0x472d7b, 0x3b528b, 0x2c728e, 0x21918c, 0x28ae80, 0x5ec962, 0xaddc30, 0xfde725] as const;

/** The colour of a value between 0 and 1 as red, green, blue. */
export function heat(value: number): [number, number, number] {
  const at = Math.min(1, Math.max(0, value)) * (STOPS.length - 1);
  const low = Math.min(STOPS.length - 2, Math.floor(at));
  const [from, to] = [STOPS[low] ?? 0, STOPS[low + 1] ?? 0];
  const mix = (shift: number) => Math.round(((from >> shift) & 255) + (((to >> shift) & 255) - ((from >> shift) & 255)) * (at - low));
  return [mix(16), mix(8), mix(0)];
}

/** As CSS, for a key beside the picture. */
export const HEAT_GRADIENT = `linear-gradient(to right, ${STOPS.map((stop) => `#${stop.toString(16).padStart(6, "0")}`).join(", ")})`;

/** Whether a picture is of values in grey, and so to be coloured here. */
export function isGrey(pixels: Uint8ClampedArray | Uint8Array): boolean {
  for (let at = 0; at < pixels.length; at += 4 * 97) {
    if (pixels[at + 3] !== 0 && (pixels[at] !== pixels[at + 1] || pixels[at] !== pixels[at + 2])) return false;
  }
  return true;
}

/** uint8 values of grey RGBA pixels. */
export function valuesOf(pixels: Uint8ClampedArray | Uint8Array): Uint8Array<ArrayBuffer> {
  const values = new Uint8Array(pixels.length / 4);
  for (let pixel = 0; pixel < values.length; pixel += 1) values[pixel] = pixels[pixel * 4] ?? 0;
  return values;
}

/** RGBA pixels of values from 0 to 255. */
export function heated(values: Uint8Array): Uint8ClampedArray<ArrayBuffer> {
  const palette = Array.from({ length: 256 }, (_, value) => heat(value / 255));
  const out = new Uint8ClampedArray(values.length * 4);
  for (let pixel = 0; pixel < values.length; pixel += 1) {
    const [red, green, blue] = palette[values[pixel] ?? 0] ?? [0, 0, 0];
    out[pixel * 4] = red;
    out[pixel * 4 + 1] = green;
    out[pixel * 4 + 2] = blue;
    out[pixel * 4 + 3] = 255;
  }
  return out;
}
