import { difference, intersection, type Geom, setPrecision, union } from "polyclip-ts";
import type { Polygon, Ring } from "../types";
import { cleanRing } from "./rings";

type Multi = ReturnType<typeof union>;

// Corners nearer than this (in pixels) are one: without it outlines that cross themselves can end in no ring at all.
setPrecision(1e-8);

/** What is in the polygons and not in those of `taken`. */
export function minus(polygons: readonly Polygon[], taken: readonly Polygon[]): Polygon[] {
  if (taken.length === 0) return [...polygons];
  return fromMulti(difference(toMulti(polygons), toMulti(taken)));
}

export function unite(polygons: readonly Polygon[]): Polygon[] {
  return fromMulti(union(toMulti(polygons)));
}

export function intersect(one: readonly Polygon[], other: readonly Polygon[]): Polygon[] {
  return fromMulti(intersection(toMulti(one), toMulti(other)));
}

function toMulti(polygons: readonly Polygon[]): Geom {
  return polygons.map(({ exterior, holes }) => [exterior, ...holes].map((ring) => ring.map(([x, y]) => [x, y] as [number, number])));
}

function fromMulti(multi: Multi): Polygon[] {
  return multi.flatMap((rings) => {
    const [exterior, ...holes] = rings.map((ring) => cleanRing(ring as Ring));
    if (!exterior) return [];
    return [{ exterior, holes: holes.filter((hole): hole is Ring => hole !== null) }];
  });
}
