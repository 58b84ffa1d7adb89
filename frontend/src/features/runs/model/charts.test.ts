import { expect, it } from "vitest";
import { chartData, planCharts } from "./charts";
import { addPoints, emptyCurves } from "./curves";

it("plans charts in reading order and forgets no metric", () => {
  const names = ["val/iou/fox", "custom/x", "train/loss", "val/miou", "val/iou/ant", "val/loss"];
  const charts = planCharts(names, new Map([["fox", "#ff0000"]]));
  expect(charts.map(({ key }) => key)).toEqual(["loss", "quality", "classes", "custom/x"]);
  expect(charts[2]?.lines.map(({ name }) => name)).toEqual(["ant", "fox"]);
  expect(charts[2]?.lines[1]?.color).toBe("#ff0000");
});

it("leaves out steps without values and smooths training only", () => {
  const curves = emptyCurves();
  addPoints(curves, [
    { step: 1, values: { "train/loss": 0 } },
    { step: 2, values: { other: 1 } },
    { step: 3, values: { "train/loss": 1, "val/loss": 1 } },
  ]);
  const [steps, train, val] = chartData(curves, ["train/loss", "val/loss"], 0.5);
  expect(steps).toEqual([1, 3]);
  expect(train?.[1]).toBeCloseTo(2 / 3);
  expect(val).toEqual([null, 1]);
  expect(chartData(curves, ["other"], 0)).toEqual([
    [1, 2, 3],
    [null, 1, null],
  ]);
});
