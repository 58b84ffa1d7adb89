import { expect, it } from "vitest";
import { positions } from "./axes";
import { addPoints, emptyCurves } from "./curves";

const at = (step: number, second: number) => ({ step, epoch: step / 4, time: new Date(second * 1000).toISOString(), values: { loss: 1 } });

it("puts rows at their step, epoch or second", () => {
  const curves = emptyCurves();
  addPoints(curves, [at(1, 100), at(2, 102), at(3, 104)]);
  expect(positions(curves, "step")).toEqual([1, 2, 3]);
  expect(positions(curves, "epoch")).toEqual([0.25, 0.5, 0.75]);
  expect(positions(curves, "time")).toEqual([0, 2, 4]);
});

it("counts no time while a run was stopped, and never runs backwards", () => {
  const curves = emptyCurves();
  addPoints(curves, [at(1, 100), at(2, 102), at(3, 104), at(4, 40_000), at(5, 40_002), at(6, 40_001)]);
  expect(positions(curves, "time")).toEqual([0, 2, 4, 6, 8, 8]);
});
