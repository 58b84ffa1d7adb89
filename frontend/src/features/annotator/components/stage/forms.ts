import { boxPath, polygonPath } from "@/components/canvas/model/paths";
import type { Geometry } from "../../model/types";
import { type Bounds, NOWHERE, ofBox, ofGeometry } from "../../model/view/bounds";
import { outlinePath } from "../../model/view/outline";
import { rasterOf } from "../../model/geometry/rle";

/** What is drawn of a geometry: made once, since geometries never change. */
export interface Form {
  readonly path: Path2D;
  readonly bounds: Bounds;
}

const forms = new WeakMap<Geometry, Form>();

export function formOf(geometry: Geometry): Form {
  const known = forms.get(geometry);
  if (known) return known;
  const form = make(geometry);
  forms.set(geometry, form);
  return form;
}

function make(geometry: Geometry): Form {
  switch (geometry.kind) {
    case "bbox":
      return { path: new Path2D(boxPath(geometry.bbox)), bounds: ofBox(geometry.bbox) };
    case "polygons":
      return { path: new Path2D(polygonPath(geometry.polygons)), bounds: ofGeometry(geometry) };
    case "mask": {
      const raster = rasterOf(geometry.mask);
      const { x, y, width, height } = raster;
      const bounds = width > 0 && height > 0 ? ofBox([x, y, width, height]) : NOWHERE;
      return { path: new Path2D(outlinePath(raster)), bounds };
    }
  }
}
