import type { Box, Polygon, Ring } from "../types";
import { cleanRing } from "./rings";

/** Polygons cut at the image's border, as the server cuts them before it keeps them; the same ones where nothing sticks out. */
export function clipPolygons(polygons: readonly Polygon[], width: number, height: number): readonly Polygon[] {
  const sticksOut = polygons.some(({ exterior, holes }) =>
    [exterior, ...holes].some((ring) => ring.some(([x, y]) => x < 0 || y < 0 || x > width || y > height)),
  );
  if (!sticksOut) return polygons;
  return polygons.flatMap((polygon) => {
    const exterior = cleanRing(clipRing(polygon.exterior, width, height));
    if (!exterior) return [];
    const holes = polygon.holes.map((hole) => cleanRing(clipRing(hole, width, height))).filter((hole): hole is Ring => hole !== null);
    return [{ exterior, holes }];
  });
}

/** The part of a box in the image; without width or height where there is none. */
export function clipBox([x, y, width, height]: Box, imageWidth: number, imageHeight: number): Box {
  const [left, top] = [Math.max(0, x), Math.max(0, y)];
  const [right, bottom] = [Math.min(imageWidth, x + width), Math.min(imageHeight, y + height)];
  return [left, top, Math.max(0, right - left), Math.max(0, bottom - top)];
}

/** One border after the other (Sutherland and Hodgman, 1974). */
export function clipRing(ring: Ring, width: number, height: number): Ring {
  const borders = [
    [0, 0, true],
    [0, width, false],
    [1, 0, true],
    [1, height, false],
  ] as const;
  return borders.reduce<Ring>((cut, [axis, limit, above]) => cutAt(cut, axis, limit, above), ring);
}

function cutAt(ring: Ring, axis: 0 | 1, limit: number, above: boolean): Ring {
  const holds = (value: number) => (above ? value >= limit : value <= limit);
  return ring.flatMap((point, index) => {
    const before = ring[index > 0 ? index - 1 : ring.length - 1] ?? point;
    const kept: [number, number][] = [];
    if (holds(point[axis]) !== holds(before[axis])) {
      const share = (limit - before[axis]) / (point[axis] - before[axis]);
      const other = axis === 0 ? 1 : 0;
      const place = before[other] + share * (point[other] - before[other]);
      kept.push(axis === 0 ? [limit, place] : [place, limit]);
    }
    if (holds(point[axis])) kept.push([point[0], point[1]]);
    return kept;
  });
}
