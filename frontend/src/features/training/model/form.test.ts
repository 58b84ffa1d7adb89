import { describe, expect, it } from "vitest";
import type { Architecture, Spec } from "@/api/types";
import { defaults, errorsOf, freeName, fromSpec, rangeText, toSpec } from "./form";

const architecture: Architecture = {
  name: "segformer",
  title: "SegFormer",
  tasks: ["semantic"],
  paper: "",
  licence: "",
  description: "",
  variants: [
    { name: "b0", parameters: 1 },
    { name: "b1", parameters: 2 },
  ],
  input_sizes: [[128, 128]],
  size_multiple: 32,
  weights: ["pretrained", "scratch"],
  defaults: { variant: "b1", input_size: [256, 256], augmentations: [{ name: "flip", p: 0.3 }], hyperparameters: { steps: 50 } },
  hyperparameters: [
    { name: "steps", type: "int", default: 1000, min: 1, max: 20_000 },
    { name: "epochs", type: "int", default: null },
  ],
  augmentations: [
    { name: "blur", title: "Blur", help: "", parameters: [{ name: "sigma", type: "range", default: [0, 2] }] },
    { name: "flip", title: "Flip", help: "", parameters: [{ name: "p", type: "float", default: 0.5 }] },
  ],
};

describe("a training form", () => {
  it("starts from the catalogue's defaults", () => {
    const form = defaults(architecture, "first");
    expect(form).toMatchObject({ variant: "b1", height: 256, hyperparameters: { steps: 50, epochs: null } });
    expect(form.augmentations.map(({ name, on }) => [name, on])).toEqual([
      ["blur", false],
      ["flip", true],
    ]);
  });

  it("gives back the spec that it was made from", () => {
    const spec: Spec = {
      architecture: "segformer",
      variant: "b0",
      weights: "artifact:0-1",
      input_size: [64, 96],
      augmentations: [{ name: "blur", sigma: [1, 2] }],
      hyperparameters: { steps: 5, epochs: null },
      evaluation: { every: 2 },
      early_stopping: { metric: "val/loss", patience: 3 },
    };
    expect(toSpec(fromSpec(architecture, "x", spec))).toEqual(spec);
  });

  it("leaves an empty evaluation interval to the server and sends emptied numbers as automatic", () => {
    const form = { ...defaults(architecture, "x"), hyperparameters: { steps: 5, epochs: "" } };
    const spec = toSpec(form);
    expect("evaluation" in spec).toBe(false);
    expect(spec.hyperparameters).toEqual({ steps: 5, epochs: null });
  });
});

it("puts problems at their controls, augmentations by name", () => {
  const spec = toSpec(defaults(architecture, "x"));
  const fields = {
    "spec.hyperparameters.steps": "Too low.",
    "spec.augmentations.0.p": "Too high.",
    "hardware.gpus": "None here.",
    name: "Taken.",
  };
  expect(errorsOf(fields, spec)).toEqual({
    "hyperparameters.steps": "Too low.",
    "augmentations.flip.p": "Too high.",
    "hardware.gpus": "None here.",
    name: "Taken.",
  });
});

it("says default and range", () => {
  expect(rangeText({ name: "steps", type: "int", default: 1000, min: 1, max: 20_000 })).toBe("Default 1000, 1 to 20,000");
  expect(rangeText({ name: "epochs", type: "int", default: null })).toBe("Default automatic");
});

it("finds a name that is free", () => {
  expect(freeName("a", [])).toBe("a");
  expect(freeName("a", ["a", "a (2)"])).toBe("a (3)");
});
