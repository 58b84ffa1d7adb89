import { describe, expect, it } from "vitest";
import type { Preset, Spec } from "@/api/types";
import { architecture, other } from "./fixture";
import { defaultSpec, draftOf, freeName, fromSpec, newStep, toSpec, withArchitecture, withPreset, withVariant } from "./form";

const spec: Spec = {
  architecture: "segformer",
  variant: "b0",
  weights: "artifact:0-1",
  input_size: [64, 96],
  augmentations: [{ name: "gaussian_blur", sigma: [1, 2] }],
  hyperparameters: { steps: 5, epochs: null, batch_size: 2, optimizer: "sgd", momentum: 0.9, layer_decay: 1 },
  evaluation: { every: 2 },
  early_stopping: { metric: "val/loss", patience: 3 },
};

describe("a specification", () => {
  it("starts from the catalogue's defaults, the architecture's own before the parameters'", () => {
    const draft = defaultSpec(architecture);
    expect(draft).toMatchObject({ variant: "b1", input_size: [256, 256], hyperparameters: { steps: 50, epochs: null } });
    expect(draft.augmentations).toEqual([{ key: "flip", name: "flip", values: { p: 0.3 } }]);
  });

  it("comes back as it was saved", () => {
    expect(toSpec(fromSpec(architecture, spec))).toEqual(spec);
  });

  it("keeps its teacher where there is distillation, and asks none without", () => {
    const able = { ...architecture, hyperparameters: [...architecture.hyperparameters, { name: "distillation", type: "float" as const, default: 0 }] };
    const taught: Spec = { ...spec, hyperparameters: { ...spec.hyperparameters, distillation: 0.5 }, teacher: "artifact:0-2" };
    const draft = fromSpec(able, taught);
    expect(toSpec(draft).teacher).toBe("artifact:0-2");
    expect("teacher" in toSpec({ ...draft, hyperparameters: { ...draft.hyperparameters, distillation: 0 } })).toBe(false);
    expect(withArchitecture(other, draft).teacher).toBe("artifact:0-2");
  });

  it("leaves an automatic interval to the server, also where the server has filled it in", () => {
    expect("evaluation" in toSpec(defaultSpec(architecture))).toBe(false);
    expect(fromSpec(architecture, { ...spec, hyperparameters: { steps: 100 }, evaluation: { every: 10 } }).evaluateEvery).toBeNull();
  });

  it("drops hyperparameters that the architecture no longer reads", () => {
    expect("gone" in fromSpec(architecture, { ...spec, hyperparameters: { gone: 1 } }).hyperparameters).toBe(false);
  });

  it("is nothing where its architecture is not installed", () => {
    expect(draftOf([other], spec)).toBeNull();
  });

  it("tells two augmentations of a kind apart", () => {
    const first = newStep(architecture, "flip", []);
    expect(newStep(architecture, "flip", [first]).key).not.toBe(first.key);
  });
});

describe("a preset", () => {
  const preset = (name: string) => architecture.presets?.find((one) => one.name === name) as Preset;

  it("brings its values and the defaults of the rest", () => {
    const draft = withPreset(architecture, fromSpec(architecture, spec), preset("quick"));
    expect(draft).toMatchObject({ variant: "b0", input_size: [128, 128], weights: "artifact:0-1" });
    expect(draft.hyperparameters).toMatchObject({ steps: 20, batch_size: 8, optimizer: "adamw" });
  });

  it("leaves alone what it does not speak of", () => {
    const before = fromSpec(architecture, spec);
    const draft = withPreset(architecture, before, preset("best"));
    expect(draft.hyperparameters).toEqual(before.hyperparameters);
    expect(draft.augmentations).toEqual([{ key: "gaussian_blur", name: "gaussian_blur", values: { sigma: [0, 2] } }]);
    expect(draft.evaluateEvery).toBe(7);
  });
});

it("keeps size, augmentations and stopping with another architecture", () => {
  const before = { ...defaultSpec(architecture), input_size: [128, 128] as [number, number], early: { metric: "val/loss", patience: 2 } };
  const draft = withArchitecture(other, before);
  expect(draft).toMatchObject({ architecture: "yolo", variant: "n", input_size: [128, 128], early: before.early });
  expect(draft.augmentations).toEqual(before.augmentations);
  expect(draft.hyperparameters).toEqual({ steps: 300 });
});

it("starts from published weights where the variant has some", () => {
  const draft = defaultSpec(architecture);
  expect(draft.weights).toBe("pretrained");
  expect(defaultSpec(other).weights).toBe("scratch");
  expect(withVariant(architecture, draft, "b9")).toEqual({ variant: "b9", weights: "scratch" });
  expect(withVariant(architecture, { ...draft, weights: "file:a" }, "b9").weights).toBe("file:a");
});

it("finds a name that is free", () => {
  expect(freeName("a", [])).toBe("a");
  expect(freeName("a", ["a", "a (2)"])).toBe("a (3)");
});
