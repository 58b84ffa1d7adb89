import fc from "fast-check";
import { expect, test } from "vitest";
import { rasterOf } from "../geometry/rle";
import type { Box, Geometry, Polygon, Rle } from "../types";
import { depth } from "./distance";
import { between } from "./interpolate";
import vectors from "./interpolate.vectors.json";

interface Given {
  polygons?: unknown;
  mask?: unknown;
  bbox?: unknown;
}

function read({ polygons, mask, bbox }: Given): Geometry {
  if (polygons) return { kind: "polygons", polygons: polygons as Polygon[] };
  if (mask) return { kind: "mask", mask: mask as Rle };
  return { kind: "bbox", bbox: bbox as Box };
}

const numbers = (polygons: readonly Polygon[]) => polygons.flatMap(({ exterior, holes }) => [exterior, ...holes].flat(2));

test.each(vectors.cases.map((each, index) => [index, each] as const))("case %i is what the server makes of it", (_, { before, after, share, result }) => {
  const [found, wanted] = [between(read(before), read(after), share, vectors.width, vectors.height), read(result)];
  expect(found.kind).toBe(wanted.kind);
  if (found.kind === "mask" && wanted.kind === "mask") expect(found.mask).toEqual(wanted.mask);
  if (found.kind === "bbox" && wanted.kind === "bbox") found.bbox.forEach((value, i) => expect(value).toBeCloseTo(wanted.bbox[i] ?? NaN, 9));
  if (found.kind === "polygons" && wanted.kind === "polygons") {
    expect(found.polygons.map(({ exterior, holes }) => [exterior.length, ...holes.map(({ length }) => length)])).toEqual(
      wanted.polygons.map(({ exterior, holes }) => [exterior.length, ...holes.map(({ length }) => length)]),
    );
    const places = numbers(wanted.polygons);
    numbers(found.polygons).forEach((value, i) => expect(value).toBeCloseTo(places[i] ?? NaN, 7));
  }
});

test("at a keyframe a mask is the keyframe's", () => {
  for (const { before, after } of vectors.cases) {
    const [one, other] = [read(before), read(after)];
    if (one.kind !== "mask" || other.kind !== "mask") continue;
    for (const [share, key] of [[0, one], [1, other]] as const) {
      const found = between(one, other, share, vectors.width, vectors.height);
      expect(found.kind === "mask" && rasterOf(found.mask)).toEqual(rasterOf(key.mask));
    }
  }
});

test("depths are those of trying every pixel", () => {
  const masks = fc
    .record({ width: fc.integer({ min: 1, max: 9 }), height: fc.integer({ min: 1, max: 9 }) })
    .chain(({ width, height }) => fc.array(fc.integer({ min: 0, max: 1 }), { minLength: width * height, maxLength: width * height }).map((bits) => ({ width, bits })));
  fc.assert(
    fc.property(masks, ({ width, bits }) => {
      fc.pre(bits.includes(0) && bits.includes(1));
      const found = depth(Uint8Array.from(bits), width, bits.length / width);
      bits.forEach((bit, i) => {
        const offs = bits.flatMap((other, j) => (other === bit ? [] : [Math.hypot((i % width) - (j % width), Math.floor(i / width) - Math.floor(j / width))]));
        expect(found[i]).toBeCloseTo((bit === 1 ? 1 : -1) * (Math.min(...offs) - 0.5), 9);
      });
    }),
  );
});
