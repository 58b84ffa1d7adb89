import { expect, it } from "vitest";
import type { FieldForm } from "./form";
import { combinations, pointsOf, rungCost, rungsOf, runCount, usualFirstSteps } from "./plan";

const range = (change: Partial<FieldForm>): FieldForm => ({ path: "a", kind: "range", values: [], min: 0, max: 1, scale: "linear", points: 3, ...change });
const values = (...list: string[]): FieldForm => range({ path: "b", kind: "values", values: list });
const never = () => false;

it("lays points over a range", () => {
  expect(pointsOf(range({}), false)).toEqual([0, 0.5, 1]);
  expect(pointsOf(range({ min: 0.0001, max: 0.01, scale: "log" }), false)).toEqual([0.0001, 0.001, 0.01]);
  expect(pointsOf(range({ min: 1, max: 3, points: 9 }), true)).toEqual([1, 2, 3]);
  expect(pointsOf(range({ min: "" }), false)).toEqual([]);
});

it("counts runs", () => {
  const fields = [range({}), values("x", "y")];
  expect(combinations(fields, never)).toBe(6);
  expect(runCount({ method: "grid", fields, maxRuns: 4 }, never)).toBe(6);
  expect(runCount({ method: "random", fields, maxRuns: 40 }, never)).toBe(40);
  expect(runCount({ method: "random", fields: [values("x", "y")], maxRuns: 40 }, never)).toBe(2);
  expect(runCount({ method: "halving", fields: [range({ min: 1, max: 3 })], maxRuns: 40 }, () => true)).toBe(3);
  expect(runCount({ method: "random", fields: [], maxRuns: 40 }, never)).toBe(0);
});

it("plans the rounds of halving", () => {
  const rungs = rungsOf(9, 900, 3, 100);
  expect(rungs).toEqual([
    { trials: 9, steps: 100 },
    { trials: 3, steps: 300 },
    { trials: 1, steps: 900 },
  ]);
  expect(rungCost(rungs)).toBe(900 + 600 + 600);
  expect(usualFirstSteps(9, 900, 3)).toBe(100);
  expect(usualFirstSteps(9, 30, 3)).toBe(4);
  expect(rungsOf(4, 30, 3, 2).map(({ trials, steps }) => [trials, steps])).toEqual([
    [4, 2],
    [1, 6],
    [1, 18],
    [1, 30],
  ]);
  expect(rungsOf(0, 900, 3, 100)).toEqual([]);
});
