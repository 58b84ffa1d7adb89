import { expect, it } from "vitest";
import { artifactTitle, bestFirst, mainMetric } from "./titles";

it("names a checkpoint by its run", () => {
  expect(artifactTitle("SegFormer b0 1", 1200)).toBe("SegFormer b0 1 · step 1,200");
});

it("puts the best first and the unmeasured last", () => {
  const [poor, none, good] = [{ metrics: { "val/miou": 0.1 } }, { metrics: {} }, { metrics: { "val/miou": 0.7 } }];
  expect(bestFirst<{ metrics: Record<string, number> }>([poor, none, good])).toEqual([good, poor, none]);
});

it("judges a model by the metric of its task", () => {
  expect(mainMetric({ "val/miou": 0.5 })).toEqual({ name: "mean IoU", value: 0.5 });
  expect(mainMetric({ "val/miou": 0.5, "val/map": 0.3 })).toEqual({ name: "AP", value: 0.3 });
  expect(mainMetric({ "val/loss": 1 })).toBeNull();
});
