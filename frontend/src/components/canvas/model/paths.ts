import type { Polygon, Rle } from "@/api/types";

/** Corners of a ring; what only reads them takes them from anywhere. */
type Ring = readonly (readonly [x: number, y: number])[];

/** Something drawn over an image: an outline as an SVG path (even-odd), or a run-length mask. */
export interface Shape {
  id: string;
  name: string;
  color: string;
  path: string | null;
  mask: Rle | null;
}

interface Geometry {
  polygons?: Polygon[] | null | undefined;
  mask?: Rle | null | undefined;
  bbox?: readonly number[] | null | undefined;
}

/** Polygons with holes as one SVG path; rings with fewer than three points are left out. */
export function polygonPath(polygons: readonly { readonly exterior: Ring; readonly holes: readonly Ring[] }[]): string {
  return polygons
    .flatMap(({ exterior, holes }) => [exterior, ...holes])
    .filter((ring) => ring.length >= 3)
    .map((ring) => `M${ring.map(([x, y]) => `${x} ${y}`).join("L")}Z`)
    .join("");
}

export function boxPath([x = 0, y = 0, width = 0, height = 0]: readonly number[]): string {
  return `M${x} ${y}h${width}v${height}h${-width}Z`;
}

/** The best outline a geometry has: polygons, else the mask itself, else the box. */
export function shapeOf(id: string, name: string, color: string, geometry: Geometry): Shape {
  const { polygons, mask, bbox } = geometry;
  if (polygons && polygons.length > 0) return { id, name, color, path: polygonPath(polygons), mask: null };
  if (mask) return { id, name, color, path: null, mask };
  return { id, name, color, path: bbox ? boxPath(bbox) : null, mask: null };
}
