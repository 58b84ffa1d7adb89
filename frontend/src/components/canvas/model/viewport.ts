/** Where an image lies on the screen: screen = image · scale + (x, y), in CSS pixels. */
export interface Viewport {
  scale: number;
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

export const LARGEST_SCALE = 40;
const MARGIN = 8;

/** The whole image, centred; small images are not blown up beyond `most`. */
export function fit(image: Size, view: Size, most = 4): Viewport {
  const width = Math.max(1, view.width - 2 * MARGIN);
  const height = Math.max(1, view.height - 2 * MARGIN);
  const scale = Math.min(width / image.width, height / image.height, most);
  return centred(image, view, scale);
}

export function centred(image: Size, view: Size, scale: number): Viewport {
  return { scale, x: (view.width - image.width * scale) / 2, y: (view.height - image.height * scale) / 2 };
}

/** Zoom by a factor so that the point (x, y) of the screen keeps showing the same pixel. */
export function zoomAt(viewport: Viewport, factor: number, x: number, y: number, smallest: number): Viewport {
  const low = Math.min(smallest, LARGEST_SCALE);
  const scale = Math.min(LARGEST_SCALE, Math.max(low, viewport.scale * factor));
  const ratio = scale / viewport.scale;
  return { scale, x: x - (x - viewport.x) * ratio, y: y - (y - viewport.y) * ratio };
}

/** Moved by (dx, dy), with at least a part of the image left in view. */
export function panned(viewport: Viewport, dx: number, dy: number, image: Size, view: Size): Viewport {
  const keep = 40;
  const clamp = (value: number, size: number, room: number) =>
    Math.min(room - keep, Math.max(keep - size * viewport.scale, value));
  return {
    scale: viewport.scale,
    x: clamp(viewport.x + dx, image.width, view.width),
    y: clamp(viewport.y + dy, image.height, view.height),
  };
}

export function toImage(viewport: Viewport, x: number, y: number): [number, number] {
  return [(x - viewport.x) / viewport.scale, (y - viewport.y) / viewport.scale];
}
