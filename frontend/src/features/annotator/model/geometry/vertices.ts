import type { Point, Polygon, Ring } from "../types";
import { at, cleanRing, distance, nearestOnSegment } from "./rings";

/** A corner of an outline: of which part, of which of its rings (0 the exterior), and which. */
export interface VertexRef {
  readonly part: number;
  readonly ring: number;
  readonly index: number;
}

export interface Vertex extends VertexRef {
  readonly at: Point;
}

export function verticesOf(polygons: readonly Polygon[]): Vertex[] {
  return polygons.flatMap((polygon, part) =>
    ringsOf(polygon).flatMap((points, ring) => points.map((point, index) => ({ part, ring, index, at: point }))),
  );
}

/** The middles of edges; `index` is the corner that a new one there comes behind. */
export function middlesOf(polygons: readonly Polygon[]): Vertex[] {
  return polygons.flatMap((polygon, part) =>
    ringsOf(polygon).flatMap((points, ring) =>
      points.map((point, index): Vertex => {
        const next = at(points, index + 1);
        return { part, ring, index, at: [(point[0] + next[0]) / 2, (point[1] + next[1]) / 2] };
      }),
    ),
  );
}

/** The edge within reach of a place, and where on it. */
export function edgeAt(polygons: readonly Polygon[], point: Point, reach: number): Vertex | null {
  let best: Vertex | null = null;
  let least = reach;
  polygons.forEach((polygon, part) =>
    ringsOf(polygon).forEach((points, ring) =>
      points.forEach((start, index) => {
        const near = nearestOnSegment(point, start, at(points, index + 1));
        const off = distance(point, near);
        if (off > least) return;
        least = off;
        best = { part, ring, index, at: near };
      }),
    ),
  );
  return best;
}

export function withVertexMoved(polygons: readonly Polygon[], ref: VertexRef, to: Point): Polygon[] {
  return changed(polygons, ref, (points) => points.map((point, index) => (index === ref.index ? to : point)));
}

/** A new corner behind `ref`. */
export function withVertexAdded(polygons: readonly Polygon[], ref: VertexRef, point: Point): Polygon[] {
  return changed(polygons, ref, (points) => [...points.slice(0, ref.index + 1), point, ...points.slice(ref.index + 1)]);
}

/** Without a corner; a ring that is none any more goes, and a part with its exterior. Null where no part is left. */
export function withVertexRemoved(polygons: readonly Polygon[], ref: VertexRef): Polygon[] | null {
  const rings = changed(polygons, ref, (points) => points.filter((_, index) => index !== ref.index));
  const left = rings.flatMap(({ exterior, holes }) => {
    if (!cleanRing(exterior)) return [];
    return [{ exterior, holes: holes.filter((hole) => cleanRing(hole) !== null) }];
  });
  return left.length > 0 ? left : null;
}

function ringsOf({ exterior, holes }: Polygon): readonly Ring[] {
  return [exterior, ...holes];
}

function changed(polygons: readonly Polygon[], ref: VertexRef, change: (points: Ring) => Ring): Polygon[] {
  return polygons.map((polygon, part) => {
    if (part !== ref.part) return polygon;
    if (ref.ring === 0) return { ...polygon, exterior: change(polygon.exterior) };
    return { ...polygon, holes: polygon.holes.map((hole, index) => (index === ref.ring - 1 ? change(hole) : hole)) };
  });
}
