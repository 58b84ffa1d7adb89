import { expect, it } from "vitest";
import { axisOf, ranked } from "./plot";

it("lays numbers out by size, or by logarithm where they span much", () => {
  const linear = axisOf("a", [2, 4, 6]);
  expect([2, 4, 6].map(linear.place)).toEqual([0, 0.5, 1]);
  expect(linear.ticks.map(({ text }) => text)).toEqual(["2", "4", "6"]);
  const logarithmic = axisOf("b", [0.0001, 0.001, 0.01]);
  expect(logarithmic.place(0.001)).toBeCloseTo(0.5);
  expect(logarithmic.place("no number")).toBeNull();
  expect(axisOf("c", [3, 3]).place(3)).toBe(0.5);
});

it("lists what is no number", () => {
  const axis = axisOf("a", ["sgd", "adamw", "sgd"]);
  expect([axis.place("adamw"), axis.place("sgd"), axis.place("lion")]).toEqual([0, 1, null]);
  expect(axisOf("size", [[64, 64], [128, 128]]).ticks.map(({ text }) => text)).toEqual(["128 × 128", "64 × 64"]);
});

it("ranks trials, those without a value last", () => {
  const trials = [{ value: null, id: 0 }, { value: 0.2, id: 1 }, { value: 0.9, id: 2 }];
  expect(ranked(trials, false).map(({ id }) => id)).toEqual([2, 1, 0]);
  expect(ranked(trials, true).map(({ id }) => id)).toEqual([1, 2, 0]);
});
