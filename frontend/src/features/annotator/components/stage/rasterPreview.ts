import type { Viewport } from "@/components/canvas/model/viewport";
import { rgb } from "@/components/canvas/model/rle";
import type { Raster } from "../../model/types";
import { type Bounds, inImage } from "../../model/view/bounds";

type Ink = { readonly color: string; readonly opacity: number } | { readonly canvas: HTMLCanvasElement; readonly filter: string };

const scratch = document.createElement("canvas");

/**
 * Pixels that are being painted. Only what is on the screen is looked at, and never more often than the screen has
 * pixels: a stroke over 24 megapixels costs as much as one over the window.
 */
export function drawRaster(context: CanvasRenderingContext2D, viewport: Viewport, area: Bounds, raster: Raster, ink: Ink): void {
  const seen = inImage(area, viewport);
  const left = Math.max(raster.x, Math.floor(seen.left));
  const top = Math.max(raster.y, Math.floor(seen.top));
  const right = Math.min(raster.x + raster.width, Math.ceil(seen.right));
  const bottom = Math.min(raster.y + raster.height, Math.ceil(seen.bottom));
  const step = Math.max(1, Math.floor(1 / viewport.scale));
  const width = Math.ceil((right - left) / step);
  const height = Math.ceil((bottom - top) / step);
  if (width <= 0 || height <= 0) return;
  const pixels = new ImageData(width, height);
  const words = new Uint32Array(pixels.data.buffer);
  const [red, green, blue] = "color" in ink ? rgb(ink.color) : [0, 0, 0];
  const word = (255 << 24) | (blue << 16) | (green << 8) | red;
  for (let row = 0; row < height; row += 1) {
    const from = (top + row * step - raster.y) * raster.width + (left - raster.x);
    const to = row * width;
    for (let column = 0; column < width; column += 1) {
      if (raster.data[from + column * step] === 1) words[to + column] = word;
    }
  }
  scratch.width = width;
  scratch.height = height;
  scratch.getContext("2d")?.putImageData(pixels, 0, 0);
  const { scale, x, y } = viewport;
  const place = [left * scale + x, top * scale + y, width * step * scale, height * step * scale] as const;
  context.save();
  context.imageSmoothingEnabled = false;
  if ("color" in ink) {
    context.globalAlpha = ink.opacity;
    context.drawImage(scratch, ...place);
  } else layBare(context, ink, place);
  context.restore();
}

const veil = document.createElement("canvas");

/** Over the stroke of an eraser, the picture itself is drawn: what it takes away is gone already. */
function layBare(
  context: CanvasRenderingContext2D,
  { canvas, filter }: { canvas: HTMLCanvasElement; filter: string },
  [x, y, width, height]: readonly [number, number, number, number],
): void {
  const ratio = window.devicePixelRatio;
  veil.width = canvas.width;
  veil.height = canvas.height;
  const cover = veil.getContext("2d");
  if (!cover) return;
  cover.imageSmoothingEnabled = false;
  cover.drawImage(scratch, x * ratio, y * ratio, width * ratio, height * ratio);
  cover.globalCompositeOperation = "source-in";
  cover.filter = filter;
  cover.drawImage(canvas, 0, 0);
  context.drawImage(veil, 0, 0, canvas.width / ratio, canvas.height / ratio);
}
