import { describe, expect, it } from "vitest";
import { architecture } from "./fixture";
import { changedIn, fieldGroups, fromSlider, isRead, toSlider } from "./fields";
import { defaultValues } from "./form";

const names = (values: Record<string, unknown>) =>
  fieldGroups(architecture, values).map(({ name, essential, advanced }) => [name, essential.map((one) => one.name), advanced.map((one) => one.name)]);

describe("the groups of a panel", () => {
  it("fold rare fields and leave out those that nothing reads", () => {
    expect(names({ optimizer: "adamw" })).toEqual([
      ["Length", ["batch_size"], []],
      ["Optimiser", ["optimizer"], ["layer_decay"]],
    ]);
    expect(names({ optimizer: "sgd" })[1]).toEqual(["Optimiser", ["optimizer"], ["momentum", "layer_decay"]]);
  });

  it("show what depends on a field that the architecture does not have", () => {
    expect(isRead("focal_gamma", {})).toBe(true);
  });

  it("name the fields that differ from their defaults", () => {
    const defaults = defaultValues(architecture);
    expect(changedIn(architecture.hyperparameters, { ...defaults, batch_size: 4 }, defaults)).toEqual(["batch_size"]);
  });
});

describe("a slider", () => {
  it("gives round numbers of its range", () => {
    expect(fromSlider(350, { min: 0, max: 1 }, false)).toBe(0.35);
    expect(fromSlider(1000, { min: 1, max: 100 }, true)).toBe(100);
    expect(toSlider(0.35, { min: 0, max: 1 })).toBe(350);
  });

  it("is laid out by powers where the range spans several", () => {
    const range = { min: 0.1, max: 10 };
    expect(toSlider(1, range)).toBe(500);
    expect(fromSlider(500, range, false)).toBe(1);
    expect(fromSlider(0, range, false)).toBe(0.1);
    expect(fromSlider(1000, range, false)).toBe(10);
  });
});

it("asks how to prune only where something is pruned, and what a method does not read never", () => {
  const values = { pruning: 0, pruning_method: "structured", distillation: 0.5 };
  expect(["pruning_method", "pruning_importance", "distillation_temperature"].map((name) => isRead(name, values))).toEqual([false, false, true]);
  expect(isRead("pruning_importance", { ...values, pruning: 0.3 })).toBe(true);
  expect(isRead("pruning_importance", { ...values, pruning: 0.5, pruning_method: "2:4" })).toBe(false);
});
