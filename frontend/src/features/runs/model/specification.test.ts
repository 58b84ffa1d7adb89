import { expect, it } from "vitest";
import type { Architecture, Run } from "@/api/types";
import { essentials, specificationOf, sweptKeys } from "./specification";

const architecture = {
  name: "segformer",
  title: "SegFormer",
  defaults: { hyperparameters: { learning_rate: 0.001 } },
  hyperparameters: [
    { name: "steps", type: "int", default: 1000, group: "Length" },
    { name: "epochs", type: "int", default: null, group: "Length" },
    { name: "learning_rate", type: "float", default: 0.0006, group: "Optimiser" },
    { name: "optimizer", type: "choice", default: "adamw", group: "Optimiser" },
    { name: "momentum", type: "float", default: 0.9, group: "Optimiser" },
    { name: "weight_decay", type: "float", default: 0.01, group: "Optimiser" },
    { name: "ema", type: "bool", default: false, group: "Model" },
    { name: "ema_decay", type: "float", default: 0.999, group: "Model" },
  ],
  augmentations: [{ name: "horizontal_flip", title: "Horizontal flip", help: "", parameters: [] }],
} as unknown as Architecture;

const run = {
  spec: {
    architecture: "segformer",
    variant: "b0",
    weights: "scratch",
    input_size: [64, 96],
    augmentations: [{ name: "horizontal_flip", p: 0.5 }],
    hyperparameters: { steps: 30, epochs: null, learning_rate: 0.001, optimizer: "adamw", momentum: 0.9, weight_decay: 0.1, ema: false, ema_decay: 0.9 },
    evaluation: { every: 10 },
    early_stopping: null,
  },
  hardware: { device: "auto", gpus: 1, precision: "auto" },
  checkpoints: { strategy: ["best_metric", "latest"], every: null, keep: 3 },
  limits: { minutes: 7 },
} as unknown as Run;

const flat = (groups: ReturnType<typeof specificationOf>) => groups.flatMap(({ rows }) => rows);

it("says what counts, in words, and leaves out what has no say", () => {
  const rows = new Map(flat(specificationOf(run, architecture, "demo")).map((row) => [row.key, row]));
  expect(rows.get("architecture")?.value).toBe("SegFormer b0");
  expect(rows.get("augmentations")?.value).toBe("Horizontal flip");
  expect(rows.get("minutes")?.value).toBe("7 minutes");
  expect(rows.has("epochs")).toBe(false);
  expect(rows.has("momentum")).toBe(false);
  expect(rows.has("ema_decay")).toBe(false);
  expect(rows.get("weight_decay")?.isDefault).toBe(false);
  expect(rows.get("learning_rate")?.isDefault).toBe(true);
});

it("shows first what was changed, what one always asks and what a sweep chose", () => {
  const keys = flat(essentials(specificationOf(run, architecture, "demo"), sweptKeys({ "hyperparameters.ema": false }))).map(({ key }) => key);
  expect(keys).toContain("learning_rate");
  expect(keys).toContain("weight_decay");
  expect(keys).toContain("ema");
  expect(keys).not.toContain("precision");
});

it("shows every field of an architecture that is no longer installed", () => {
  const keys = flat(specificationOf(run, undefined, "demo")).map(({ key }) => key);
  expect(keys).toContain("learning_rate");
});
