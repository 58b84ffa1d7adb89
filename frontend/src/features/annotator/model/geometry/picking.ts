import type { DocumentView, Geometry, Point, Shape, ToolSettings } from "../types";
import { extentOf } from "./extent";
import { bitAt } from "./rasters";
import { at, distance, nearestOnSegment, polygonsContain } from "./rings";
import { rasterOf } from "./rle";

/** Shapes under a place, the one on top first; an outline is also met within `reach` image pixels of its edge. */
export function shapesAt(document: DocumentView, settings: ToolSettings, point: Point, reach: number): Shape[] {
  const found = document.shapes.filter((shape) => isOpen(shape, settings) && meets(shape.geometry, point, reach));
  return found.reverse();
}

/** Whether a person may pick and change the shape just now. */
export function isOpen({ id, class: label }: Shape, { hidden, locked }: ToolSettings): boolean {
  return !hidden.has(id) && !hidden.has(label) && !locked.has(id) && !locked.has(label);
}

function meets(geometry: Geometry, point: Point, reach: number): boolean {
  const { left, top, right, bottom } = extentOf(geometry);
  const [x, y] = point;
  if (x < left - reach || x > right + reach || y < top - reach || y > bottom + reach) return false;
  switch (geometry.kind) {
    case "bbox":
      return true;
    case "mask":
      return bitAt(rasterOf(geometry.mask), Math.floor(x), Math.floor(y)) === 1;
    case "polygons":
      return polygonsContain(geometry.polygons, point) || nearestEdge(geometry, point).distance <= reach;
  }
}

interface Near {
  readonly point: Point;
  readonly distance: number;
}

/** The place of an outline's edges that is nearest. */
export function nearestEdge(geometry: Geometry, point: Point): Near {
  let best: Near = { point, distance: Infinity };
  if (geometry.kind !== "polygons") return best;
  for (const { exterior, holes } of geometry.polygons) {
    for (const ring of [exterior, ...holes]) {
      for (let i = 0; i < ring.length; i += 1) {
        const near = nearestOnSegment(point, at(ring, i), at(ring, i + 1));
        const off = distance(point, near);
        if (off < best.distance) best = { point: near, distance: off };
      }
    }
  }
  return best;
}

/** A neighbour's corner within reach, else the nearest place of a neighbour's edge within reach. */
export function snapped(document: DocumentView, settings: ToolSettings, point: Point, reach: number): Point | null {
  let corner: Near = { point, distance: Infinity };
  let edge: Near = { point, distance: Infinity };
  for (const shape of document.shapes) {
    const { geometry } = shape;
    if (geometry.kind !== "polygons" || settings.hidden.has(shape.id) || settings.hidden.has(shape.class)) continue;
    const { left, top, right, bottom } = extentOf(geometry);
    if (point[0] < left - reach || point[0] > right + reach || point[1] < top - reach || point[1] > bottom + reach) continue;
    for (const { exterior, holes } of geometry.polygons) {
      for (const vertex of [exterior, ...holes].flat()) {
        const off = distance(point, vertex);
        if (off < corner.distance) corner = { point: vertex, distance: off };
      }
    }
    const near = nearestEdge(geometry, point);
    if (near.distance < edge.distance) edge = near;
  }
  if (corner.distance <= reach) return corner.point;
  return edge.distance <= reach ? edge.point : null;
}
