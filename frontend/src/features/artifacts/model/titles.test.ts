import { expect, it } from "vitest";
import { artifactTitle, bestFirst } from "./titles";

it("names a checkpoint by its run", () => {
  expect(artifactTitle("SegFormer b0 1", 1200)).toBe("SegFormer b0 1 · step 1,200");
});

it("puts the best first and the unmeasured last", () => {
  const [poor, none, good] = [{ metrics: { "val/miou": 0.1 } }, { metrics: {} }, { metrics: { "val/miou": 0.7 } }];
  expect(bestFirst<{ metrics: Record<string, number> }>([poor, none, good])).toEqual([good, poor, none]);
});
