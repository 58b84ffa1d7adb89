import { heated, isGrey, valuesOf } from "../model/heat";
import { indicesOf, type Label, type Raster } from "../model/indices";

/** Pictures larger than this are read smaller: what is seen on a screen has fewer pixels, and memory has an end. */
const MOST_PIXELS = 4_000_000;
const MOST_KEPT = 48;

/** A picture of values or of lines, ready to be drawn; `values` where they can be told, 0 to 255. */
export interface Picture {
  width: number;
  height: number;
  pixels: Uint8ClampedArray<ArrayBuffer>;
  values: Uint8Array<ArrayBuffer> | null;
}

interface Read {
  width: number;
  height: number;
  data: Uint8ClampedArray<ArrayBufferLike>;
}

const kept = new Map<string, Promise<unknown>>();

/** What was read last stays: neighbours and steps are gone through to and fro. */
function once<T>(key: string, make: () => Promise<T>): Promise<T> {
  const known = kept.get(key) as Promise<T> | undefined;
  const made = known ?? make();
  kept.delete(key);
  kept.set(key, made);
  if (!known) made.catch(() => kept.delete(key));
  for (const oldest of kept.keys()) {
    if (kept.size <= MOST_KEPT) break;
    kept.delete(oldest);
  }
  return made;
}

/** The classes that an overlay shows, pixel by pixel. */
export function readRaster(url: string, labels: readonly Label[]): Promise<Raster> {
  return once(`indices ${url}`, async () => {
    const { width, height, data } = await read(url);
    return { width, height, indices: indicesOf(data, labels) };
  });
}

/** A map of values, or of pixels picked out. Values come in grey and are coloured here. */
export function readPicture(url: string, isHeat: boolean): Promise<Picture> {
  return once(`picture ${url}`, async () => {
    const { width, height, data } = await read(url);
    if (isHeat && isGrey(data)) {
      const values = valuesOf(data);
      return { width, height, values, pixels: heated(values) };
    }
    return { width, height, values: null, pixels: new Uint8ClampedArray(data) };
  });
}

/** Raised with what the server said: a picture that is not there has its reason. */
export class PictureError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

async function read(url: string): Promise<Read> {
  const answer = await fetch(url);
  if (!answer.ok) throw new PictureError(answer.status, await reasonOf(answer));
  const blob = await answer.blob();
  let bitmap = await createImageBitmap(blob);
  const scale = Math.sqrt(MOST_PIXELS / (bitmap.width * bitmap.height));
  if (scale < 1) {
    const options = { resizeWidth: Math.round(bitmap.width * scale), resizeHeight: Math.round(bitmap.height * scale), resizeQuality: "pixelated" } as const;
    const smaller = await createImageBitmap(bitmap, options);
    bitmap.close();
    bitmap = smaller;
  }
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (!context) throw new PictureError(0, "This browser cannot draw any more pictures.");
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return { width, height, data: context.getImageData(0, 0, width, height).data };
}

async function reasonOf(answer: Response): Promise<string> {
  try {
    const { detail } = (await answer.json()) as { detail?: string };
    if (detail) return detail;
  } catch {
    // No problem document: the status has to do.
  }
  return `The server answered ${answer.status}.`;
}
