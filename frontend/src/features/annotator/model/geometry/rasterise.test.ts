import fc from "fast-check";
import { expect, test } from "vitest";
import type { Point, Polygon, Raster } from "../types";
import { claim, remainder } from "./claim";
import { clipPolygons } from "./clip";
import { intersect, minus, unite } from "./clipping";
import { cut, pieces } from "./cutting";
import { bitAt, cropped, EMPTY, isEmpty, overlap, pixelCount, stroked, union, without } from "./rasters";
import { rasterised, rasterisePolygons } from "./rasterise";
import { ringArea } from "./rings";
import { rasterOf, rleOf } from "./rle";
import { superpixels } from "./superpixels";
import vectors from "./rasterise.vectors.json";

const raster = fc
  .record({ x: fc.integer({ min: 0, max: 12 }), y: fc.integer({ min: 0, max: 9 }), width: fc.integer({ min: 1, max: 8 }), height: fc.integer({ min: 1, max: 8 }) })
  .chain((frame) =>
    fc
      .array(fc.integer({ min: 0, max: 1 }), { minLength: frame.width * frame.height, maxLength: frame.width * frame.height })
      .map((bits): Raster => ({ ...frame, data: Uint8Array.from(bits) })),
  );
const WIDTH = 20;
const HEIGHT = 17;

test.each(vectors.cases.map((each, index) => [index, each] as const))("outline %i has the pixels that the server counts", (_, { polygons, counts, area }) => {
  const found = rasterisePolygons(polygons as unknown as Polygon[], vectors.width, vectors.height);
  expect(pixelCount(found)).toBe(area);
  expect(rleOf(found, vectors.width, vectors.height).counts).toBe(counts);
});

test("what is encoded is decoded again, cropped", () => {
  fc.assert(
    fc.property(raster, (given) => {
      const back = rasterOf(rleOf(given, WIDTH, HEIGHT));
      expect(back).toEqual(isEmpty(given) ? { ...EMPTY } : cropped(given));
    }),
  );
});

test("union and difference are those of sets", () => {
  fc.assert(
    fc.property(raster, raster, (a, b) => {
      const [both, left] = [union(a, b), without(a, b)];
      for (let row = 0; row < HEIGHT; row += 1) {
        for (let column = 0; column < WIDTH; column += 1) {
          const [one, other] = [bitAt(a, column, row), bitAt(b, column, row)];
          expect(bitAt(both, column, row)).toBe(one | other);
          expect(bitAt(left, column, row)).toBe(one & (1 - other));
        }
      }
      expect(overlap(a, b)).toBe(pixelCount(left) < pixelCount(a));
    }),
  );
});

test("a stroke is one area however it is cut into steps, and stays in its frame", () => {
  let stroke = stroked(EMPTY, [10, 10], [10, 10], 3, 6000, 4000);
  for (let x = 10; x < 300; x += 30) stroke = stroked(stroke, [x, 10], [x + 30, 10], 3, 6000, 4000);
  expect(pieces(cropped(stroke))).toHaveLength(1);
  expect(stroke.data.length).toBeLessThan(400 * 200);
  expect(cropped(stroked(EMPTY, [-50, -50], [-20, -20], 3, 100, 100)).width).toBe(0);
});

test("pieces are all of it, once", () => {
  fc.assert(
    fc.property(raster, (given) => {
      const parts = pieces(given);
      expect(parts.reduce((sum, part) => sum + pixelCount(part), 0)).toBe(pixelCount(given));
      expect(pixelCount(parts.reduce(union, EMPTY))).toBe(pixelCount(given));
    }),
  );
});

test("after a claim no pixel has two classes", () => {
  const square: Polygon = { exterior: [[2, 2], [12, 2], [12, 12], [2, 12]], holes: [] };
  fc.assert(
    fc.property(raster, fc.boolean(), (given, outline) => {
      fc.pre(!isEmpty(given));
      const mask = { kind: "mask", mask: rleOf(given, WIDTH, HEIGHT) } as const;
      const under = outline ? ({ kind: "polygons", polygons: [square] } as const) : ({ kind: "bbox", bbox: [2, 2, 10, 10] } as const);
      const shape = { id: "a", class: "old", geometry: under, z: 0, track: null, frame: null, source: "human", score: null, attributes: {}, revision: 1 } as const;
      const document = { width: WIDTH, height: HEIGHT, task: "semantic", shapes: [shape], shape: () => shape } as const;
      const { update, delete: gone } = claim(document, "new", mask, new Set());
      const left = gone.length > 0 ? EMPTY : rasterised(update[0]?.fields.geometry ?? under, WIDTH, HEIGHT);
      expect(overlap(left, given)).toBe(false);
      expect(pixelCount(left) + pixelCount(rasterised(under, WIDTH, HEIGHT)) - pixelCount(without(rasterised(under, WIDTH, HEIGHT), given))).toBe(
        pixelCount(rasterised(under, WIDTH, HEIGHT)),
      );
      expect(claim({ ...document, task: "instance" }, "new", mask, new Set()).update).toEqual([]);
    }),
  );
});

test("a cut keeps all of a mask's pixels, and an outline's area", () => {
  const box = { kind: "mask", mask: rleOf({ x: 2, y: 2, width: 10, height: 10, data: new Uint8Array(100).fill(1) }, WIDTH, HEIGHT) } as const;
  const parts = cut(box, [[6.5, 0], [6.5, 16]], WIDTH, HEIGHT).map((part) => rasterised(part, WIDTH, HEIGHT));
  expect(parts).toHaveLength(2);
  expect(parts.reduce((sum, part) => sum + pixelCount(part), 0)).toBe(100);
  expect(cut(box, [[6.5, 4], [6.5, 6]], WIDTH, HEIGHT)).toEqual([box]);
  const outline = { kind: "polygons", polygons: [{ exterior: [[2, 2], [12, 2], [12, 12], [2, 12]], holes: [] }] } as const;
  const halves = cut(outline, [[7, 0], [7, 16]], WIDTH, HEIGHT);
  expect(halves.map((half) => pixelCount(rasterised(half, WIDTH, HEIGHT)))).toEqual([50, 50]);
});

const corner = fc.tuple(fc.integer({ min: -20, max: 220 }), fc.integer({ min: -20, max: 190 })).map(([x, y]): Point => [x / 10, y / 10]);
const outline = fc
  .array(corner, { minLength: 3, maxLength: 8 })
  .map((exterior) => clipPolygons([{ exterior, holes: [] }], WIDTH, HEIGHT))
  .filter((polygons) => !isEmpty(rasterisePolygons(polygons, WIDTH, HEIGHT)));

test("an outline cut by an outline loses its pixels, no others, and nothing is uncovered between them", () => {
  let outlines = 0;
  fc.assert(
    fc.property(outline, outline, (a, b) => {
      const [under, over] = [{ kind: "polygons", polygons: a } as const, { kind: "polygons", polygons: b } as const];
      const [mine, theirs] = [rasterised(under, WIDTH, HEIGHT), rasterised(over, WIDTH, HEIGHT)];
      const left = remainder(under, over, WIDTH, HEIGHT);
      if (left?.kind === "polygons") outlines += 1;
      const pixels = left ? rasterised(left, WIDTH, HEIGHT) : EMPTY;
      expect(pixelCount(without(pixels, without(mine, theirs)))).toBe(0);
      expect(pixelCount(pixels)).toBe(pixelCount(without(mine, theirs)));
    }),
    { numRuns: 60 },
  );
  expect(outlines).toBeGreaterThan(20);
});

test("areas of unions, intersections and differences add up", () => {
  const area = (polygons: readonly Polygon[]) =>
    polygons.reduce((sum, { exterior, holes }) => sum + Math.abs(ringArea(exterior)) - holes.reduce((less, hole) => less + Math.abs(ringArea(hole)), 0), 0);
  fc.assert(
    fc.property(outline, outline, (a, b) => {
      const [one, other] = [area(unite(a)), area(unite(b))];
      expect(area(minus(a, b)) + area(intersect(a, b))).toBeCloseTo(one, 2);
      expect(area(unite([...a, ...b]))).toBeCloseTo(one + other - area(intersect(a, b)), 2);
    }),
    { numRuns: 40 },
  );
});

test("what is cut and merged again has the area that it had", () => {
  const star: Polygon = { exterior: [[1.5, 1], [12, 4], [18, 1], [14, 9], [18, 15], [10, 12], [2, 15.5], [6, 8]], holes: [[[9, 7], [11, 7], [10, 9]]] };
  const whole = Math.abs(ringArea(star.exterior)) - 2;
  const side = fc.double({ min: 0, max: HEIGHT, noNaN: true });
  fc.assert(
    fc.property(side, side, (from, to) => {
      const halves = cut({ kind: "polygons", polygons: [star] }, [[0, from], [WIDTH, to]], WIDTH, HEIGHT);
      const parts = halves.flatMap((half) => (half.kind === "polygons" ? half.polygons : []));
      const merged = unite(parts);
      expect(merged).toHaveLength(1);
      const found = merged.reduce((sum, { exterior, holes }) => sum + Math.abs(ringArea(exterior)) - holes.reduce((less, hole) => less + Math.abs(ringArea(hole)), 0), 0);
      expect(found).toBeCloseTo(whole, 1);
    }),
    { numRuns: 40 },
  );
});

test("a line beside the parts of a shape cuts none of them", () => {
  const parts: Polygon[] = [2, 12].map((x) => ({ exterior: [[x, 2], [x + 5, 2], [x + 5, 12], [x, 12]], holes: [] }));
  const two = { kind: "polygons", polygons: parts } as const;
  expect(cut(two, [[10, 0], [10, 16]], WIDTH, HEIGHT)).toEqual([two]);
  const [first, second, more] = cut(two, [[4, 0], [4, 16]], WIDTH, HEIGHT).map((part) => pixelCount(rasterised(part, WIDTH, HEIGHT)));
  expect([first, second, more]).toEqual([80, 20, undefined]);
});

test("superpixels are in one piece each, cover everything once and keep to colours", () => {
  const [width, height] = [90, 60];
  const data = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; i += 1) data.fill(((i * 7919) % 31) + (i % width < 45 ? 0 : 200), i * 4, i * 4 + 3);
  const groups = superpixels({ width, height, data, colorSpace: "srgb" } as ImageData, 12);
  const seen = new Uint8Array(width * height);
  for (let i = 0; i < width * height; i += 1) {
    if (seen[i] === 1) continue;
    const found = groups.at(i % width, Math.floor(i / width));
    expect(pieces(found)).toHaveLength(1);
    expect(found.x + found.width <= 45 || found.x >= 45).toBe(true);
    found.data.forEach((bit, at) => {
      const place = (found.y + Math.floor(at / found.width)) * width + found.x + (at % found.width);
      expect(bit === 1 && seen[place] === 1).toBe(false);
      if (bit === 1) seen[place] = 1;
    });
  }
});
