import { expect, it } from "vitest";
import type { Architecture, Spec } from "@/api/types";
import { candidatesOf, fieldProblem, initialSweep, suggest, toBody } from "./form";

const architecture = {
  variants: [{ name: "b0", parameters: 1 }, { name: "b1", parameters: 2 }],
  input_sizes: [[128, 128], [256, 256]],
  hyperparameters: [
    { name: "steps", type: "int", default: 1000, min: 1, max: 100_000 },
    { name: "batch_size", type: "int", default: 8, min: 1, max: 4096 },
    { name: "learning_rate", type: "float", default: 0.0006, min: 0, max: 10 },
    { name: "optimizer", type: "choice", default: "adamw", choices: ["adamw", "lion", "sgd"] },
    { name: "momentum", type: "float", default: 0.9 },
    { name: "ema", type: "bool", default: false },
    { name: "cache_megabytes", type: "int", default: 1 },
  ],
} as unknown as Architecture;
const spec = {
  variant: "b0",
  input_size: [64, 64],
  hyperparameters: { steps: 100, batch_size: 4, learning_rate: 0.001, optimizer: "adamw", momentum: 0.9, ema: false },
} as unknown as Spec;
const candidates = candidatesOf(spec, architecture);
const byPath = (path: string) => {
  const found = candidates.find((one) => one.path === path);
  if (!found) throw new Error(path);
  return found;
};

it("offers the fields that have a say, the usual ones first", () => {
  expect(candidates.map(({ path }) => path.replace("hyperparameters.", ""))).toEqual([
    "learning_rate",
    "batch_size",
    "optimizer",
    "steps",
    "ema",
    "variant",
    "input_size",
  ]);
});

it("suggests values around those of the workflow", () => {
  expect(suggest(byPath("hyperparameters.learning_rate"))).toMatchObject({ kind: "range", min: 0.0001, max: 0.01, scale: "log" });
  expect(suggest(byPath("hyperparameters.batch_size"))).toMatchObject({ kind: "values", values: ["2", "4", "8"] });
  expect(suggest(byPath("hyperparameters.ema")).values).toEqual(["true", "false"]);
  expect(suggest(byPath("hyperparameters.optimizer")).values).toEqual(["adamw", "lion", "sgd"]);
});

it("sends values in the types of their fields", () => {
  const fields = ["hyperparameters.batch_size", "hyperparameters.ema", "input_size", "hyperparameters.learning_rate"].map((path) => suggest(byPath(path)));
  const body = toBody({ ...initialSweep("w", "val/map"), name: " try ", fields, method: "halving", maxRuns: 9 }, candidates, 900, "usual");
  expect(body).toMatchObject({ name: "try", workflow: "w", metric: "val/map", halving: { factor: 3, first_steps: 100 } });
  expect(body.parameters).toEqual([
    { path: "hyperparameters.batch_size", values: [2, 4, 8] },
    { path: "hyperparameters.ema", values: [true, false] },
    { path: "input_size", values: [[64, 64], [128, 128], [256, 256]] },
    { path: "hyperparameters.learning_rate", min: 0.0001, max: 0.01, scale: "log", points: 4 },
  ]);
  expect(toBody({ ...initialSweep("w", "val/miou"), method: "grid" }, candidates, 900, "usual")).toMatchObject({ name: "usual" });
  expect("halving" in toBody(initialSweep("w", "val/miou"), candidates, 900, "usual")).toBe(false);
});

it("says what is wrong with a field", () => {
  const rate = suggest(byPath("hyperparameters.learning_rate"));
  const candidate = byPath("hyperparameters.learning_rate");
  expect(fieldProblem(rate, candidate)).toBeNull();
  expect(fieldProblem({ ...rate, min: 0 }, candidate)).toContain("above 0");
  expect(fieldProblem({ ...rate, min: 1, max: 1 }, candidate)).toContain("rise");
  expect(fieldProblem({ ...rate, kind: "values", values: ["0.1", "fast"] }, candidate)).toContain("fast");
  expect(fieldProblem({ ...rate, kind: "values", values: [] }, candidate)).not.toBeNull();
});
