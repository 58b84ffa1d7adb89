import type { Geometry } from "../types";
import { type Bounds, NOWHERE, ofBox, ofGeometry } from "../view/bounds";
import { rasterOf } from "./rle";

const known = new WeakMap<Geometry, Bounds>();

/** The rectangle round a geometry, of a mask too; remembered, since geometries never change. */
export function extentOf(geometry: Geometry): Bounds {
  const found = known.get(geometry) ?? measure(geometry);
  known.set(geometry, found);
  return found;
}

function measure(geometry: Geometry): Bounds {
  if (geometry.kind !== "mask") return ofGeometry(geometry);
  const { x, y, width, height } = rasterOf(geometry.mask);
  return width > 0 ? ofBox([x, y, width, height]) : NOWHERE;
}
