import type { Box, Point, Polygon, Ring } from "../types";

/** Twice the signed area is what the sum gives; positive where the ring goes clockwise on the screen. */
export function ringArea(ring: Ring): number {
  let sum = 0;
  for (let i = 0; i < ring.length; i += 1) {
    const [x0, y0] = at(ring, i);
    const [x1, y1] = at(ring, i + 1);
    sum += x0 * y1 - x1 * y0;
  }
  return sum / 2;
}

/** The point `i` of a ring that goes round. */
export function at(ring: Ring, i: number): Point {
  return ring[((i % ring.length) + ring.length) % ring.length] ?? [0, 0];
}

/** Whether a ray from the point crosses the ring an odd number of times. */
export function ringContains(ring: Ring, [x, y]: Point): boolean {
  let inside = false;
  for (let i = 0; i < ring.length; i += 1) {
    const [x0, y0] = at(ring, i);
    const [x1, y1] = at(ring, i + 1);
    if (y0 > y !== y1 > y && x < ((x1 - x0) * (y - y0)) / (y1 - y0) + x0) inside = !inside;
  }
  return inside;
}

export function polygonsContain(polygons: readonly Polygon[], point: Point): boolean {
  return polygons.some(({ exterior, holes }) => ringContains(exterior, point) && !holes.some((hole) => ringContains(hole, point)));
}

export function distance([x0, y0]: Point, [x1, y1]: Point): number {
  return Math.hypot(x1 - x0, y1 - y0);
}

/** The place of the segment a–b that is nearest to the point. */
export function nearestOnSegment([x, y]: Point, a: Point, b: Point): Point {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = dx * dx + dy * dy;
  const part = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - a[0]) * dx + (y - a[1]) * dy) / length));
  return [a[0] + part * dx, a[1] + part * dy];
}

export function boxRing([x, y, width, height]: Box): Ring {
  return [
    [x, y],
    [x + width, y],
    [x + width, y + height],
    [x, y + height],
  ];
}

/** The box between two corners, in any order. */
export function boxOf([x0, y0]: Point, [x1, y1]: Point): Box {
  return [Math.min(x0, x1), Math.min(y0, y1), Math.abs(x1 - x0), Math.abs(y1 - y0)];
}

export function clampTo([x, y]: Point, width: number, height: number): Point {
  return [Math.min(width, Math.max(0, x)), Math.min(height, Math.max(0, y))];
}

/**
 * A line with fewer points, none of the dropped ones further from it than `tolerance`
 * (Douglas and Peucker, 1973).
 */
export function simplify(line: Ring, tolerance: number): Ring {
  if (line.length < 3) return line;
  const keep = new Uint8Array(line.length);
  keep[0] = keep[line.length - 1] = 1;
  const spans: [number, number][] = [[0, line.length - 1]];
  for (let span = spans.pop(); span; span = spans.pop()) {
    const [first, last] = span;
    let [worst, index] = [tolerance, -1];
    for (let i = first + 1; i < last; i += 1) {
      const off = distance(at(line, i), nearestOnSegment(at(line, i), at(line, first), at(line, last)));
      if (off > worst) [worst, index] = [off, i];
    }
    if (index < 0) continue;
    keep[index] = 1;
    spans.push([first, index], [index, last]);
  }
  return line.filter((_, i) => keep[i] === 1);
}

/** The ring without its closing point and without points that repeat the one before; null where nothing is left of it. */
export function cleanRing(ring: Ring): Ring | null {
  const points = ring.filter((point, i) => i === 0 || point[0] !== at(ring, i - 1)[0] || point[1] !== at(ring, i - 1)[1]);
  while (points.length > 1 && distance(at(points, 0), at(points, points.length - 1)) === 0) points.pop();
  return points.length >= 3 && Math.abs(ringArea(points)) > 1e-6 ? points : null;
}
