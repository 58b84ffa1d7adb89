import { problemOf } from "@/api/client";
import { unreachable } from "@/api/problem";
import { heated, isGrey, valuesOf } from "../model/heat";
import { indicesOf, type Label, type Raster } from "../model/indices";

/** Pictures larger than this are read smaller: what is seen on a screen has fewer pixels, and memory has an end. */
const MOST_PIXELS = 4_000_000;
/** Bytes of pictures that are kept for going to and fro. */
const MOST_KEPT = 192_000_000;

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

interface Kept {
  made: Promise<unknown>;
  bytes: number;
}

const kept = new Map<string, Kept>();

/** What was read last stays: neighbours and steps are gone through to and fro. */
function once<T>(key: string, make: () => Promise<T>, bytesOf: (made: T) => number): Promise<T> {
  const known = kept.get(key);
  const entry = known ?? { made: make(), bytes: 0 };
  // At the end of the map is what was asked for last.
  kept.delete(key);
  kept.set(key, entry);
  const made = entry.made as Promise<T>;
  if (!known) {
    made.then(
      (result) => {
        entry.bytes = bytesOf(result);
        forget();
      },
      () => kept.delete(key),
    );
  }
  return made;
}

function forget(): void {
  let bytes = [...kept.values()].reduce((sum, entry) => sum + entry.bytes, 0);
  for (const [key, entry] of kept) {
    if (bytes <= MOST_KEPT) return;
    bytes -= entry.bytes;
    kept.delete(key);
  }
}

/** The classes that an overlay shows, pixel by pixel. */
export function readRaster(url: string, labels: readonly Label[]): Promise<Raster> {
  const make = async () => {
    const { width, height, data } = await read(url);
    return { width, height, indices: indicesOf(data, labels) };
  };
  return once(`indices ${url}`, make, ({ indices }) => indices.byteLength);
}

/** A map of values, or of pixels picked out. Values come in grey and are coloured here. */
export function readPicture(url: string, isHeat: boolean): Promise<Picture> {
  const make = async () => {
    const { width, height, data } = await read(url);
    if (isHeat && isGrey(data)) {
      const values = valuesOf(data);
      return { width, height, values, pixels: heated(values) };
    }
    return { width, height, values: null, pixels: new Uint8ClampedArray(data) };
  };
  return once(`picture ${url}`, make, ({ pixels }) => pixels.byteLength);
}

async function read(url: string): Promise<Read> {
  const answer = await fetch(url).catch(() => {
    throw unreachable();
  });
  if (!answer.ok) throw await problemOf(answer);
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
  if (!context) throw new Error("This browser cannot draw any more pictures. Close some of its windows.");
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return { width, height, data: context.getImageData(0, 0, width, height).data };
}
