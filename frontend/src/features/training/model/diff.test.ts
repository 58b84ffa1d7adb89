import { describe, expect, it } from "vitest";
import { changes } from "./diff";
import { architecture, other } from "./fixture";
import { defaultSpec, type Draft, newStep, withArchitecture } from "./form";

const catalogue = [architecture, other];
const base = defaultSpec(architecture);
const diff = (change: Partial<Draft>, from: Partial<Draft> = {}) => changes({ ...base, ...from }, { ...base, ...change }, catalogue);

describe("the changes between two specifications", () => {
  it("are none between equal ones", () => {
    expect(diff({})).toEqual([]);
  });

  it("say fields before and after as a person reads them", () => {
    const hyperparameters = { ...base.hyperparameters, steps: 20_000, optimizer: "sgd" };
    expect(diff({ input_size: [128, 256], hyperparameters, early: { metric: "val/loss", patience: 3 } })).toEqual([
      { path: "input_size", label: "Input size", before: "256 × 256", after: "128 × 256" },
      { path: "hyperparameters.steps", label: "Steps", before: "50", after: "20,000" },
      { path: "hyperparameters.optimizer", label: "Optimiser", before: "AdamW", after: "SGD" },
      { path: "early_stopping", label: "Early stopping", before: "off", after: "Validation loss, patience 3" },
    ]);
  });

  it("tell added, changed and removed augmentations from moved ones", () => {
    const blur = newStep(architecture, "gaussian_blur", []);
    const [flip] = base.augmentations;
    if (!flip) throw new Error("the fixture has a flip");
    expect(diff({ augmentations: [flip, blur] })).toEqual([
      { path: "augmentations.gaussian_blur", label: "Blur", before: null, after: "sigma 0 to 2" },
    ]);
    expect(diff({ augmentations: [{ ...flip, values: { p: 1 } }] })[0]).toMatchObject({ before: "probability 0.3", after: "probability 1" });
    expect(diff({ augmentations: [] })[0]).toMatchObject({ label: "Flip", after: null });
    expect(diff({ augmentations: [blur, flip] }, { augmentations: [flip, blur] })).toEqual([
      { path: "augmentations", label: "Order of augmentations", before: "Flip, Blur", after: "Blur, Flip" },
    ]);
  });

  it("name hyperparameters that only one architecture has", () => {
    const found = changes(base, withArchitecture(other, base), catalogue);
    expect(found.find(({ path }) => path === "architecture")).toMatchObject({ before: "SegFormer", after: "YOLO" });
    expect(found.find(({ path }) => path === "hyperparameters.batch_size")).toMatchObject({ before: "8", after: null });
  });
});
