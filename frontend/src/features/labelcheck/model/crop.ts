export type Box = readonly [x: number, y: number, width: number, height: number];

/** What lies around a finding belongs to judging it: this share of its size on each side, and never fewer pixels. */
const MARGIN = 0.45;
const LEAST = 48;
/** A thumbnail is enough where the part of it is as sharp as the card. */
const SHARP = 320;
const THUMBNAIL = 640;

/**
 * The part of an image to show of a box, in pixels: the box with what is around it, widened to `aspect` (width by
 * height), moved inside the image where it fits and cut by nothing: outside of the image there is nothing to see.
 */
export function cropOf([x, y, width, height]: Box, image: { width: number; height: number }, aspect = 4 / 3): Box {
  const wide = Math.max(width * (1 + 2 * MARGIN), LEAST);
  const high = Math.max(height * (1 + 2 * MARGIN), LEAST);
  const w = Math.max(wide, high * aspect);
  const h = w / aspect;
  return [inside(x + width / 2 - w / 2, w, image.width), inside(y + height / 2 - h / 2, h, image.height), w, h];
}

/** Where a stretch begins so that it lies within the image; what is longer than the image is centred on it. */
function inside(start: number, length: number, most: number): number {
  if (length >= most) return (most - length) / 2;
  return Math.min(Math.max(start, 0), most - length);
}

/** Whether the part of the 640-pixel thumbnail is sharp enough for a card. */
export function isThumbnailSharp([, , width]: Box, image: { width: number; height: number }): boolean {
  const scale = Math.min(1, THUMBNAIL / Math.max(image.width, image.height));
  return scale === 1 || width * scale >= SHARP;
}
