import { expect, it } from "vitest";
import type { Trial } from "@/api/types";
import { axisOf, ranked, variedIn } from "./plot";

it("lays numbers out by size, or by logarithm where they span much", () => {
  const linear = axisOf("a", [2, 4, 6]);
  expect([2, 4, 6].map(linear.place)).toEqual([0, 0.5, 1]);
  expect(linear.ticks.map(({ text }) => text)).toEqual(["2", "4", "6"]);
  const logarithmic = axisOf("b", [0.0001, 0.001, 0.01]);
  expect(logarithmic.place(0.001)).toBeCloseTo(0.5);
  expect(logarithmic.place("no number")).toBeNull();
  expect(axisOf("b", [0.001, 0.01], undefined, true).place(Math.sqrt(0.00001))).toBeCloseTo(0.5);
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

it("leaves out fields in which no trial differs", () => {
  const trials = [{ trial: { a: 1, b: 2 } }, { trial: { a: 1, b: 3 } }] as unknown as Trial[];
  expect(variedIn(trials, ["a", "b"])).toEqual(["b"]);
  expect(variedIn(trials.slice(0, 1), ["a", "b"])).toEqual(["a", "b"]);
});
