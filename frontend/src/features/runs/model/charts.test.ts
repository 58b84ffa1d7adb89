import { expect, it } from "vitest";
import { kindOf, metricTitle, planCharts, planComparison } from "./charts";

it("plans charts in reading order and forgets no metric", () => {
  const names = ["val/iou/fox", "custom/x", "train/loss", "val/miou", "val/iou/ant", "val/loss", "system/odd", "system/cpu_percent"];
  const groups = planCharts(names, new Map([["fox", "#ff0000"]]));
  expect(groups.map(({ key, charts }) => [key, charts.map((chart) => chart.key)])).toEqual([
    ["quality", ["loss", "quality", "classes"]],
    ["others", ["custom/x"]],
    ["hardware", ["use", "system/odd"]],
  ]);
  const classes = groups[0]?.charts[2];
  expect(classes?.lines.map(({ name }) => name)).toEqual(["ant", "fox"]);
  expect(classes?.lines[1]?.color).toBe("#ff0000");
});

it("gives every metric of several runs a chart", () => {
  const names = ["train/loss", "val/iou/fox", "val/loss", "val/miou", "system/memory_gb"];
  expect(planComparison(names).map(({ key, metrics }) => [key, metrics])).toEqual([
    ["validation", ["val/miou", "val/loss"]],
    ["training", ["train/loss"]],
    ["classes", ["val/iou/fox"]],
    ["hardware", ["system/memory_gb"]],
  ]);
});

it("knows what a metric measures", () => {
  expect(["val/loss", "val/iou/a", "system/cpu_percent", "train/learning_rate"].map(kindOf)).toEqual(["loss", "share", "share", "plain"]);
  expect(metricTitle("val/iou/a")).toBe("IoU of a");
  expect(metricTitle("odd")).toBe("odd");
});
