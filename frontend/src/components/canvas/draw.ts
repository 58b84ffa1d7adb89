import type { Shape } from "./model/paths";
import { decodeCounts, paintMask, rgb } from "./model/rle";
import type { Viewport } from "./model/viewport";

/** A shape ready for the canvas; made once per shape, drawn every frame. */
export interface Drawable {
  id: string;
  name: string;
  color: string;
  path: Path2D | null;
  bitmap: HTMLCanvasElement | null;
}

export function prepare(shapes: readonly Shape[]): Drawable[] {
  return shapes.map(({ id, name, color, path, mask }) => ({
    id,
    name,
    color,
    path: path === null ? null : new Path2D(path),
    bitmap: mask === null ? null : maskBitmap(mask.size, mask.counts, color),
  }));
}

function maskBitmap(size: [number, number], counts: string, color: string): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  [canvas.height, canvas.width] = size;
  const pixels = paintMask(size, decodeCounts(counts), rgb(color));
  canvas.getContext("2d")?.putImageData(new ImageData(pixels, size[1], size[0]), 0, 0);
  return canvas;
}

export function clear(canvas: HTMLCanvasElement): CanvasRenderingContext2D | null {
  const context = canvas.getContext("2d");
  context?.setTransform(1, 0, 0, 1, 0, 0);
  context?.clearRect(0, 0, canvas.width, canvas.height);
  return context;
}

export function drawImage(canvas: HTMLCanvasElement, image: HTMLImageElement, width: number, height: number, viewport: Viewport) {
  const context = clear(canvas);
  if (!context) return;
  const ratio = window.devicePixelRatio;
  context.setTransform(viewport.scale * ratio, 0, 0, viewport.scale * ratio, viewport.x * ratio, viewport.y * ratio);
  // Close up, a person wants to see pixels rather than a blur.
  context.imageSmoothingEnabled = viewport.scale < 3;
  context.imageSmoothingQuality = "high";
  context.drawImage(image, 0, 0, width, height);
}

interface ShapeStyle {
  opacity: number;
  active: string | null;
}

export function drawShapes(canvas: HTMLCanvasElement, shapes: readonly Drawable[], viewport: Viewport, style: ShapeStyle) {
  const context = clear(canvas);
  if (!context) return;
  const ratio = window.devicePixelRatio;
  context.setTransform(viewport.scale * ratio, 0, 0, viewport.scale * ratio, viewport.x * ratio, viewport.y * ratio);
  for (const shape of shapes) {
    const isActive = shape.id === style.active;
    const fill = Math.min(1, style.opacity * (isActive ? 1.35 : 1));
    if (shape.bitmap) {
      context.globalAlpha = fill;
      context.imageSmoothingEnabled = false;
      context.drawImage(shape.bitmap, 0, 0);
    }
    if (!shape.path) continue;
    context.globalAlpha = fill;
    context.fillStyle = shape.color;
    context.fill(shape.path, "evenodd");
    context.globalAlpha = style.opacity === 0 && !isActive ? 0 : 1;
    context.lineWidth = (isActive ? 2.5 : 1.25) / viewport.scale;
    context.strokeStyle = shape.color;
    context.stroke(shape.path);
  }
  context.globalAlpha = 1;
}

/** The topmost shape at a point of the image. */
export function shapeAt(context: CanvasRenderingContext2D, shapes: readonly Drawable[], x: number, y: number): Drawable | null {
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  const hit = shapes.findLast(({ path, bitmap }) => {
    if (path) return context.isPointInPath(path, x, y, "evenodd");
    const pixel = bitmap?.getContext("2d")?.getImageData(Math.floor(x), Math.floor(y), 1, 1).data;
    return (pixel?.[3] ?? 0) > 0;
  });
  context.restore();
  return hit ?? null;
}
