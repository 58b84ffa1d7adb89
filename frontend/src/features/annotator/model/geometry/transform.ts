import type { Box, Geometry, Point, Polygon, Raster } from "../types";
import type { Bounds } from "../view/bounds";
import { clipBox, clipPolygons } from "./clip";
import { rasterOf, rleOf } from "./rle";

/** Where each place goes; `x` and `y` are independent of each other. */
export interface Placement {
  readonly scaleX: number;
  readonly scaleY: number;
  readonly dx: number;
  readonly dy: number;
}

export function moveBy(dx: number, dy: number): Placement {
  return { scaleX: 1, scaleY: 1, dx, dy };
}

/** What turns one rectangle into another; a side without length keeps its scale. */
export function between(from: Bounds, to: Bounds): Placement {
  const scale = (a: number, b: number) => (a === 0 ? 1 : b / a);
  const scaleX = scale(from.right - from.left, to.right - to.left);
  const scaleY = scale(from.bottom - from.top, to.bottom - to.top);
  return { scaleX, scaleY, dx: to.left - from.left * scaleX, dy: to.top - from.top * scaleY };
}

/** The geometry in its new place, cut at the image's border; masks move by whole pixels. May be empty: see `isNothing`. */
export function placed(geometry: Geometry, placement: Placement, width: number, height: number): Geometry {
  const to = ([x, y]: Point): Point => [x * placement.scaleX + placement.dx, y * placement.scaleY + placement.dy];
  switch (geometry.kind) {
    case "bbox":
      return { kind: "bbox", bbox: clipBox(placedBox(geometry.bbox, to), width, height) };
    case "polygons":
      return { kind: "polygons", polygons: clipPolygons(geometry.polygons.map((polygon) => placedPolygon(polygon, to)), width, height) };
    case "mask":
      return { kind: "mask", mask: rleOf(placedRaster(rasterOf(geometry.mask), placement), width, height) };
  }
}

/** Whether nothing is left of a geometry, which is no shape then. */
export function isNothing(geometry: Geometry): boolean {
  switch (geometry.kind) {
    case "bbox":
      return geometry.bbox[2] <= 0 || geometry.bbox[3] <= 0;
    case "polygons":
      return geometry.polygons.length === 0;
    case "mask":
      return rasterOf(geometry.mask).width === 0;
  }
}

function placedBox([x, y, width, height]: Box, to: (point: Point) => Point): Box {
  const [x0, y0] = to([x, y]);
  const [x1, y1] = to([x + width, y + height]);
  return [Math.min(x0, x1), Math.min(y0, y1), Math.abs(x1 - x0), Math.abs(y1 - y0)];
}

function placedPolygon({ exterior, holes }: Polygon, to: (point: Point) => Point): Polygon {
  return { exterior: exterior.map(to), holes: holes.map((hole) => hole.map(to)) };
}

function placedRaster(raster: Raster, { scaleX, scaleY, dx, dy }: Placement): Raster {
  if (scaleX === 1 && scaleY === 1) return { ...raster, x: raster.x + Math.round(dx), y: raster.y + Math.round(dy) };
  const [x0, x1] = [raster.x * scaleX + dx, (raster.x + raster.width) * scaleX + dx].sort((a, b) => a - b) as [number, number];
  const [y0, y1] = [raster.y * scaleY + dy, (raster.y + raster.height) * scaleY + dy].sort((a, b) => a - b) as [number, number];
  const [x, y] = [Math.round(x0), Math.round(y0)];
  const [width, height] = [Math.max(1, Math.round(x1) - x), Math.max(1, Math.round(y1) - y)];
  const data = new Uint8Array(width * height);
  for (let row = 0; row < height; row += 1) {
    const from = Math.floor((y + row + 0.5 - dy) / scaleY) - raster.y;
    if (from < 0 || from >= raster.height) continue;
    for (let column = 0; column < width; column += 1) {
      const source = Math.floor((x + column + 0.5 - dx) / scaleX) - raster.x;
      if (source >= 0 && source < raster.width) data[row * width + column] = raster.data[from * raster.width + source] ?? 0;
    }
  }
  return { x, y, width, height, data };
}
