import { expect, it } from "vitest";
import { joinHub, metricTitle, rangeText, splitHub, splitWeights, title, valueText, weightsText } from "./wording";

it("says default and range", () => {
  expect(rangeText({ name: "steps", type: "int", default: 1000, min: 1, max: 20_000 })).toBe("Default 1000, 1 to 20,000");
  expect(rangeText({ name: "epochs", type: "int", default: null })).toBe("Default automatic");
  expect(rangeText({ name: "loss", type: "choice", default: "dice" }, "cross_entropy")).toBe("Default cross-entropy");
  expect(rangeText({ name: "optimizer", type: "choice", default: "adamw" })).toBe("Default AdamW");
});

it("calls parameters and metrics as people do", () => {
  expect(title("backbone_lr_multiplier")).toBe("Backbone rate multiplier");
  expect(title("ema_decay")).toBe("EMA decay");
  expect(metricTitle("val/miou")).toBe("Validation mean IoU");
  expect(metricTitle("val/iou/roof/left")).toBe("Validation IoU of roof/left");
});

it("says values", () => {
  expect(valueText([0.1, 2])).toBe("0.1 to 2");
  expect(valueText(true)).toBe("on");
  expect(valueText(1.3333333333)).toBe("1.3333");
});

it("takes weights apart and puts them together", () => {
  expect(splitWeights("hub:nvidia/mit-b0@main")).toEqual({ kind: "hub", rest: "nvidia/mit-b0@main" });
  expect(splitHub("nvidia/mit-b0@main")).toEqual({ id: "nvidia/mit-b0", revision: "main" });
  expect(joinHub(" nvidia/mit-b0 ", "")).toBe("hub:nvidia/mit-b0");
  expect(joinHub("a/b", "v1")).toBe("hub:a/b@v1");
  expect(weightsText("file:my.safetensors")).toBe("my.safetensors");
});
