import { expect, it } from "vitest";
import { changedInForm, changedInOptions, checkErrors, errorAt, fieldOf, pathsOf, stillWrong, weightErrors, teacherErrors } from "./errors";
import { architecture } from "./fixture";
import { defaultSpec } from "./form";
import { fieldLabel } from "./labels";
import { initialOptions } from "./options";

const form = { name: "a", spec: defaultSpec(architecture) };

it("puts problems at the paths of the page", () => {
  expect(pathsOf({ "spec.hyperparameters.steps": "Too low.", "hardware.gpus": "None here.", name: "Taken." })).toEqual({
    "hyperparameters.steps": "Too low.",
    "hardware.gpus": "None here.",
    name: "Taken.",
  });
});

it("says what a check found in sentences, the first where a field has several", () => {
  const found = [
    { field: "spec.variant", message: "must be one of b0, b1" },
    { field: "spec.variant", message: "is unknown." },
  ];
  expect(checkErrors(found)).toEqual({ variant: "Must be one of b0, b1." });
});

it("asks for weights that are not named yet", () => {
  expect(weightErrors("file:")).toEqual({ weights: "Choose a file, or upload one." });
  expect(weightErrors("file:a.safetensors")).toEqual({});
  expect(weightErrors("scratch")).toEqual({});
});

it("forgets the errors of fields that have new values, and those below them", () => {
  const errors = { "input_size.0": "a", "hyperparameters.steps": "b", name: "c", "hardware.gpus": "d" };
  const next = { name: "b", spec: { ...form.spec, input_size: [1, 2] as [number, number] } };
  expect(Object.keys(stillWrong(errors, changedInForm(form, next)))).toEqual(["hyperparameters.steps", "hardware.gpus"]);
  const options = initialOptions(null);
  expect(stillWrong(errors, changedInOptions(options, { ...options, device: "cpu" }))).not.toHaveProperty("hardware.gpus");
});

it("finds the message of a field in the fields below it", () => {
  expect(errorAt({ "weights.id": "Gone." }, "weights")).toBe("Gone.");
  expect(errorAt({ weightsx: "Gone." }, "weights")).toBeUndefined();
});

it("finds the field that shows an error", () => {
  expect(fieldOf("augmentations.1.scale.0", ["augmentations.1.p", "augmentations.1.scale"])).toBe("augmentations.1.scale");
  expect(fieldOf("weights", ["input_size"])).toBeUndefined();
});

it("calls fields as the page does", () => {
  expect(fieldLabel("hyperparameters.batch_size", architecture, form.spec)).toBe("Batch size");
  expect(fieldLabel("input_size.0", architecture, form.spec)).toBe("Input size");
  expect(fieldLabel("augmentations.0.p", architecture, form.spec)).toBe("Flip, probability");
});

it("asks for a teacher in words where there is distillation", () => {
  expect(teacherErrors({ hyperparameters: { distillation: 0.5 }, teacher: null })["teacher"]).toContain("Choose the model");
  expect(teacherErrors({ hyperparameters: { distillation: 0.5 }, teacher: "artifact:0" })).toEqual({});
  expect(teacherErrors({ hyperparameters: {}, teacher: null })).toEqual({});
});
