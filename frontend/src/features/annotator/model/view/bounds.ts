import type { Viewport } from "@/components/canvas/model/viewport";
import type { Box, Geometry } from "../types";

/** A rectangle by its edges: what is needed to ask whether things meet. */
export interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export const NOWHERE: Bounds = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };

export function ofBox([x, y, width, height]: Box): Bounds {
  return { left: x, top: y, right: x + width, bottom: y + height };
}

/** Bounds of outlines and boxes; masks know theirs only once they are decoded. */
export function ofGeometry(geometry: Exclude<Geometry, { kind: "mask" }>): Bounds {
  if (geometry.kind === "bbox") return ofBox(geometry.bbox);
  let { left, top, right, bottom } = NOWHERE;
  for (const { exterior } of geometry.polygons) {
    for (const [x, y] of exterior) {
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      if (y > bottom) bottom = y;
    }
  }
  return { left, top, right, bottom };
}

export function union(a: Bounds, b: Bounds): Bounds {
  return {
    left: Math.min(a.left, b.left),
    top: Math.min(a.top, b.top),
    right: Math.max(a.right, b.right),
    bottom: Math.max(a.bottom, b.bottom),
  };
}

export function grown(bounds: Bounds, by: number): Bounds {
  return { left: bounds.left - by, top: bounds.top - by, right: bounds.right + by, bottom: bounds.bottom + by };
}

export function meet(a: Bounds, b: Bounds): boolean {
  return a.left <= b.right && b.left <= a.right && a.top <= b.bottom && b.top <= a.bottom;
}

export function isEmpty(bounds: Bounds): boolean {
  return bounds.right < bounds.left || bounds.bottom < bounds.top;
}

/** Where image bounds lie on the screen. */
export function onScreen(bounds: Bounds, { scale, x, y }: Viewport): Bounds {
  return {
    left: bounds.left * scale + x,
    top: bounds.top * scale + y,
    right: bounds.right * scale + x,
    bottom: bounds.bottom * scale + y,
  };
}

/** What part of the image a rectangle of the screen shows. */
export function inImage(bounds: Bounds, { scale, x, y }: Viewport): Bounds {
  return {
    left: (bounds.left - x) / scale,
    top: (bounds.top - y) / scale,
    right: (bounds.right - x) / scale,
    bottom: (bounds.bottom - y) / scale,
  };
}

/** The strips of a `width` × `height` picture that a move by (dx, dy) uncovers; null where nothing of it can stay. */
export function uncovered(width: number, height: number, dx: number, dy: number): Bounds[] | null {
  if (Math.abs(dx) >= width || Math.abs(dy) >= height) return null;
  const strips: Bounds[] = [];
  if (dx > 0) strips.push({ left: 0, top: 0, right: dx, bottom: height });
  if (dx < 0) strips.push({ left: width + dx, top: 0, right: width, bottom: height });
  if (dy > 0) strips.push({ left: 0, top: 0, right: width, bottom: dy });
  if (dy < 0) strips.push({ left: 0, top: height + dy, right: width, bottom: height });
  return strips;
}
