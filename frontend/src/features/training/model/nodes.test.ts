import { expect, it } from "vitest";
import { architecture } from "./fixture";
import { defaultSpec } from "./form";
import { errorCounts, modelLines, nodeByKey, nodeOf, runLines, trainingLines } from "./nodes";
import { initialOptions } from "./options";

it("shows every field at one node", () => {
  expect(nodeOf("hyperparameters.steps")).toBe("training");
  expect(nodeOf("augmentations.0.p")).toBe("augmentations");
  expect(nodeOf("input_size.1")).toBe("model");
  expect(nodeOf("hardware.gpus")).toBe("run");
  expect(nodeOf("name")).toBeNull();
  expect(errorCounts({ "input_size.0": "", weights: "", name: "" })).toEqual({ data: 0, augmentations: 0, model: 2, training: 0, run: 0 });
});

it("goes along the line with the arrow keys", () => {
  expect(nodeByKey("data", "ArrowRight")).toBe("augmentations");
  expect(nodeByKey("data", "ArrowLeft")).toBe("data");
  expect(nodeByKey("model", "End")).toBe("run");
  expect(nodeByKey("model", "x")).toBeNull();
});

it("sums up the settings of a node", () => {
  const draft = defaultSpec(architecture);
  expect(modelLines(architecture, draft, () => "14.0 M")).toEqual(["SegFormer b1", "14.0 M parameters · 12 GFLOPs", "256 × 256 · Pretrained weights"]);
  expect(trainingLines(draft)).toEqual(["50 steps · batch 8", "AdamW", "Loss of the architecture"]);
  expect(trainingLines({ ...draft, hyperparameters: { steps: 5, class_weight: 2, dice_weight: 5, no_object_weight: 0.1 } })[2]).toBe("Loss: class 2, Dice 5");
  expect(trainingLines({ ...draft, hyperparameters: { ...draft.hyperparameters, epochs: 3, accumulate: 2 } })[0]).toBe("3 epochs · batch 8 × 2");
  expect(runLines({ ...initialOptions(null), device: "cuda", gpus: 2, priority: "high" })).toEqual([
    "2 × CUDA",
    "Keeps best metric, latest",
    "High priority",
  ]);
});
