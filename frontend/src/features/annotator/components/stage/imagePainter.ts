import { levelFor } from "../../model/view/levels";
import { type Paint, toImagePixels } from "./layer";
import type { Picture } from "./picture";

/** From here on pixels are squares, and a grid between them helps to count. */
const SQUARES_FROM = 4;
const GRID_FROM = 10;

export interface ImageScene {
  picture: Picture;
  width: number;
  height: number;
  grid: boolean;
}

export function imagePainter(scene: () => ImageScene): Paint {
  return (context, viewport, area) => {
    const { picture, width, height, grid } = scene();
    const ratio = window.devicePixelRatio;
    const level = levelFor(picture.levels, width, viewport.scale * ratio);
    if (!level) return;
    context.save();
    toImagePixels(context, viewport);
    context.imageSmoothingEnabled = viewport.scale < SQUARES_FROM;
    // The level is at most twice as fine as the screen: better filters would only cost time.
    context.imageSmoothingQuality = "low";
    context.drawImage(level, 0, 0, width, height);
    context.restore();
    if (!grid || viewport.scale < GRID_FROM) return;
    const { scale, x, y } = viewport;
    context.beginPath();
    const line = (value: number) => (Math.round(value * ratio) + 0.5) / ratio;
    const left = Math.max(0, Math.floor((area.left - x) / scale));
    const right = Math.min(width, Math.ceil((area.right - x) / scale));
    const top = Math.max(0, Math.floor((area.top - y) / scale));
    const bottom = Math.min(height, Math.ceil((area.bottom - y) / scale));
    for (let column = left; column <= right; column += 1) {
      context.moveTo(line(column * scale + x), top * scale + y);
      context.lineTo(line(column * scale + x), bottom * scale + y);
    }
    for (let row = top; row <= bottom; row += 1) {
      context.moveTo(left * scale + x, line(row * scale + y));
      context.lineTo(right * scale + x, line(row * scale + y));
    }
    context.lineWidth = 1 / ratio;
    context.strokeStyle = "rgba(128, 128, 128, 0.45)";
    context.stroke();
  };
}
