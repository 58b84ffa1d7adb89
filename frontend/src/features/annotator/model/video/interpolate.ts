/**
 * What an object is between two keyframes, by the same arithmetic as the server's (annotations/geometry/interpolate.py):
 * boxes go linearly, outlines vertex by vertex, masks by their signed distances.
 */
import { polygonsOf } from "../geometry/claim";
import { ringArea } from "../geometry/rings";
import type { Geometry, Point, Polygon, Ring } from "../types";
import { betweenMasks } from "./interpolateMasks";

/** The geometry at `share` (0…1) of the way, of the kind of both: of masks where one is a mask, else of polygons. */
export function between(before: Geometry, after: Geometry, share: number, width: number, height: number): Geometry {
  if (before.kind === "bbox" && after.kind === "bbox") {
    const [x = 0, y = 0, wide = 0, high = 0] = before.bbox.map((one, i) => mixed(one, after.bbox[i] ?? one, share));
    return { kind: "bbox", bbox: [x, y, wide, high] };
  }
  if (before.kind === "mask" || after.kind === "mask") return { kind: "mask", mask: betweenMasks(before, after, share, width, height) };
  return { kind: "polygons", polygons: betweenPolygons(polygonsOf(before) ?? [], polygonsOf(after) ?? [], share) };
}

function mixed(one: number, other: number, share: number): number {
  return one * (1 - share) + other * share;
}

function betweenPolygons(before: readonly Polygon[], after: readonly Polygon[], share: number): Polygon[] {
  const pairs = paired(before.map(({ exterior }) => exterior), after.map(({ exterior }) => exterior));
  return pairs.flatMap(([i, j]) => {
    const [one, other] = [before[i ?? -1], after[j ?? -1]];
    if (!one || !other) return alone(one, other, share);
    const holes = paired(one.holes, other.holes).flatMap(([k, l]) => {
      const [first, second] = [one.holes[k ?? -1], other.holes[l ?? -1]];
      return first && second ? [betweenRings(first, second, share)] : alone(first, second, share);
    });
    return [{ exterior: betweenRings(one.exterior, other.exterior, share), holes }];
  });
}

/** What has no counterpart is there for the half of the way that is nearer to it. */
function alone<T>(one: T | undefined, other: T | undefined, share: number): T[] {
  const kept = share >= 0.5 ? other : one;
  return kept === undefined ? [] : [kept];
}

/** Which ring becomes which, by number: those whose vertices' means are the nearest first; null where none is left. */
function paired(before: readonly Ring[], after: readonly Ring[]): [number | null, number | null][] {
  const [ones, others] = [before.map(mean), after.map(mean)];
  const all = ones.flatMap((one, i) => others.map((other, j) => [squared(one, other), i, j] as const));
  const partner = new Map<number, number>();
  const taken = new Set<number>();
  for (const [, i, j] of all.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2])) {
    if (partner.has(i) || taken.has(j)) continue;
    partner.set(i, j);
    taken.add(j);
  }
  const first = before.map((_, i): [number, number | null] => [i, partner.get(i) ?? null]);
  return [...first, ...after.flatMap((_, j): [null, number][] => (taken.has(j) ? [] : [[null, j]]))];
}

function mean(ring: Ring): Point {
  const [x, y] = ring.reduce(([sumX, sumY], [px, py]) => [sumX + px, sumY + py] as const, [0, 0] as const);
  return [x / ring.length, y / ring.length];
}

function squared([x0, y0]: Point, [x1, y1]: Point): number {
  return (x0 - x1) ** 2 + (y0 - y1) ** 2;
}

function betweenRings(before: Ring, after: Ring, share: number): Ring {
  const way = ringArea(before) * ringArea(after) < 0 ? after.toReversed() : after;
  const [one, other] =
    before.length === way.length ? [before, turned(before, way)] : before.length > way.length ? [before, sampled(way, before)] : [sampled(before, way), way];
  return one.map(([x, y], i) => {
    const [u, v] = other[i] ?? [x, y];
    return [mixed(x, u, share), mixed(y, v, share)] as const;
  });
}

/** The other ring, begun where its vertices lie nearest to those of the first. */
function turned(ring: Ring, other: Ring): Ring {
  const begun = (begin: number) => [...other.slice(begin), ...other.slice(0, begin)];
  return begun(least(other.map((_, begin) => cost(ring, (i) => other[(i + begin) % other.length] ?? [0, 0]))));
}

function cost(ring: Ring, other: (i: number) => Point): number {
  return ring.reduce((sum, point, i) => sum + squared(point, other(i)), 0);
}

/** The first of the least; what differs by the rounding of sums alone counts as equal. */
function least(costs: readonly number[]): number {
  const smallest = costs.reduce((a, b) => Math.min(a, b), Infinity);
  return costs.findIndex((each) => each <= smallest * (1 + 1e-9) + 1e-9);
}

/**
 * As many points of the ring as the other has vertices, as far apart along it as those are; begun at that vertex from
 * which they lie nearest to the other's.
 */
function sampled(ring: Ring, other: Ring): Ring {
  const [wanted, stations] = [stationsOf(other), stationsOf(ring)];
  const choices = stations.map((begin) => wanted.map((along) => pointAt(ring, stations, along + begin)));
  return choices[least(choices.map((choice) => cost(other, (i) => choice[i] ?? [0, 0])))] ?? [];
}

/** How far along the ring each vertex lies, as a share of its length. */
function stationsOf(ring: Ring): number[] {
  let length = 0;
  const along = ring.map((point, i) => {
    const at = length;
    length += Math.sqrt(squared(ring[(i + 1) % ring.length] ?? point, point));
    return at;
  });
  return length > 0 ? along.map((each) => each / length) : along;
}

/** The point of the ring at this share of its length; 1 is where it begins again. */
function pointAt(ring: Ring, stations: readonly number[], along: number): Point {
  const wanted = along - Math.floor(along);
  let [from, to] = [0, stations.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((stations[middle] ?? 0) <= wanted) from = middle + 1;
    else to = middle;
  }
  const edge = from - 1;
  const [x0, y0] = ring[edge] ?? [0, 0];
  const [x1, y1] = ring[(edge + 1) % ring.length] ?? [0, 0];
  const start = stations[edge] ?? 0;
  const reach = (stations[edge + 1] ?? 1) - start;
  const part = reach > 0 ? (wanted - start) / reach : 0;
  return [mixed(x0, x1, part), mixed(y0, y1, part)];
}
