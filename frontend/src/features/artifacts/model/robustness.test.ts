import { expect, it } from "vitest";
import { byHarm, fallOf, kept, loss, namedBelow, spanOf } from "./robustness";

const noise = { name: "noise", title: "Noise", values: [0.7, 0.5, null, 0.3] };
const jpeg = { name: "jpeg", title: "JPEG", values: [0.8, 0.7] };
const nothing = { name: "x", title: "X", values: [null] };

it("means over what was measured", () => {
  expect(fallOf(noise, 0.8)).toEqual({ mean: 0.5, difference: expect.closeTo(-0.3) as number, worst: 0.3 });
  expect(fallOf(nothing, 0.8)).toEqual({ mean: null, difference: null, worst: null });
});

it("tells first what harms most", () => {
  expect(byHarm([nothing, jpeg, noise]).map(({ name }) => name)).toEqual(["noise", "jpeg", "x"]);
});

it("sums up what is kept", () => {
  expect(kept([noise, jpeg, nothing], 0.8)).toBeCloseTo((0.5 + 0.75) / 2 / 0.8);
  expect(kept([], 0.8)).toBeNull();
  expect(kept([noise], 0)).toBeNull();
});

it("tints what is lost", () => {
  expect([0.8, 0.9, 0.6, 0.4, 0.1].map((value) => loss(value, 0.8))).toEqual([0, 0, expect.closeTo(0.5), 1, 1]);
  expect(loss(null, 0.8)).toBe(0);
});

it("spans the tenths around what is shown", () => {
  const near = (low: number, high: number) => [expect.closeTo(low), expect.closeTo(high)];
  expect(spanOf([0.31, null, 0.55])).toEqual(near(0.3, 0.6));
  expect(spanOf([0.55])).toEqual(near(0.4, 0.6));
  expect(spanOf([0.02])).toEqual(near(0, 0.2));
  expect(spanOf([0.99, 1])).toEqual(near(0.8, 1));
  expect(spanOf([])).toEqual([0, 1]);
});

it("puts names where no other dot's name is", () => {
  expect(namedBelow([10, 50], [[30, 30]])).toBe(true);
  expect(namedBelow([30, 30], [[10, 50]])).toBe(false);
  expect(namedBelow([10, 50], [[200, 30]])).toBe(false);
});
