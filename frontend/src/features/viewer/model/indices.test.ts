import fc from "fast-check";
import { expect, test } from "vitest";
import { indexAt, indicesOf, type Label, LINE, MISSED, mistakes, NOTHING, painted, striped, UNCOUNTED, without } from "./indices";

const LABELS: Label[] = [
  { index: 0, id: null, name: "background", color: "#000000" },
  { index: 1, id: "a", name: "wall", color: "#e69f00" },
  { index: 2, id: "b", name: "window", color: "#56b4e9" },
];
const pixel = (color: string, alpha: number) => [...[1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16)), alpha];

test("colours are read back into classes, though a canvas has rounded them", () => {
  const slack = fc.integer({ min: -3, max: 3 });
  fc.assert(
    fc.property(fc.constantFrom(...LABELS.slice(1)), fc.tuple(slack, slack, slack), ({ index, color }, off) => {
      const [red = 0, green = 0, blue = 0] = pixel(color, 140);
      const near = [red + off[0], green + off[1], blue + off[2]].map((channel) => Math.min(255, Math.max(0, channel)));
      expect(indicesOf(new Uint8ClampedArray([...near, 140]), LABELS)[0]).toBe(index);
    }),
  );
});

test("what is clear is nothing, grey does not count, and white is a line", () => {
  const pixels = new Uint8ClampedArray([...pixel("#e69f00", 0), ...pixel("#888888", 90), ...pixel("#ffffff", 255)]);
  expect([...indicesOf(pixels, LABELS)]).toEqual([NOTHING, UNCOUNTED, LINE]);
});

test("classes are painted in their colours, the hidden ones and the background are not", () => {
  const found = painted(new Uint8Array([0, 1, 2, NOTHING]), LABELS, [2]);
  expect([...found]).toEqual([0, 0, 0, 0, 0xe6, 0x9f, 0, 255, 0, 0, 0, 0, 0, 0, 0, 0]);
});

const raster = (width: number, ...indices: number[]) => ({ width, height: indices.length / width, indices: new Uint8Array(indices) });

test("mistakes are what is not the truth: as predicted, grey where nothing was", () => {
  const truth = raster(4, 1, 1, NOTHING, UNCOUNTED);
  const given = raster(4, 1, 2, 2, 1);
  expect([...mistakes(truth, given).indices]).toEqual([NOTHING, 2, 2, NOTHING]);
  expect([...mistakes(raster(1, 2), raster(1, NOTHING)).indices]).toEqual([MISSED]);
});

test("a sample of another size is held against the same places", () => {
  const truth = raster(4, 1, 1, 2, 2, 1, 1, 2, 2);
  expect([...mistakes(truth, raster(2, 1, 1)).indices]).toEqual([NOTHING, 1]);
});

test("a place of the image has the class of its pixel, outside there is nothing", () => {
  const classes = raster(2, 1, 2);
  expect([indexAt(classes, 0.49, 0), indexAt(classes, 0.5, 0.99), indexAt(classes, 1, 0), indexAt(classes, 0, -0.1)]).toEqual([1, 2, NOTHING, NOTHING]);
});

test("a third of the diagonals over what is painted is black", () => {
  const pixels = striped(new Uint8ClampedArray(Array.from({ length: 12 * 12 }, () => [9, 9, 9, 255]).flat()), 12);
  const isBlack = (x: number, y: number) => pixels[(y * 12 + x) * 4] === 0;
  expect([0, 1, 2, 3, 4, 5, 6, 7].map((x) => isBlack(x, 0))).toEqual([true, true, false, false, false, false, true, true]);
  expect([isBlack(1, 0), isBlack(0, 1)]).toEqual([true, true]);
  expect([...striped(new Uint8ClampedArray(4), 1)]).toEqual([0, 0, 0, 0]);
});

test("pixels of hidden classes are left out of a picture, the picture itself stays", () => {
  const picture = new Uint8ClampedArray([1, 1, 1, 200, 2, 2, 2, 200]);
  expect([...without(picture, raster(2, 1, 2), [2])]).toEqual([1, 1, 1, 200, 2, 2, 2, 0]);
  expect(picture[7]).toBe(200);
  expect(without(picture, raster(1, 1), [1])).toBe(picture);
});
