import { expect, it } from "vitest";
import { changedInForm, changedInOptions, stillWrong } from "./errors";
import type { TrainingForm } from "./form";
import { initialOptions } from "./options";

const blur = { name: "blur", on: true, values: {} };
const flip = { name: "flip", on: true, values: {} };
const form = { name: "a", height: 64, width: 64, hyperparameters: { steps: 1, lr: 2 }, augmentations: [blur, flip] } as unknown as TrainingForm;

it("names what has a new value", () => {
  expect(changedInForm(form, form)).toEqual([]);
  expect(changedInForm(form, { ...form, width: 128, hyperparameters: { steps: 5, lr: 2 } })).toEqual([
    "input_size",
    "hyperparameters.steps",
  ]);
  expect(changedInForm(form, { ...form, augmentations: [blur, { ...flip, on: false }] })).toEqual(["augmentations.flip"]);
  const options = initialOptions(null);
  expect(changedInOptions(options, { ...options, steps: 9 })).toEqual(["limits.steps"]);
});

it("keeps the errors of everything else", () => {
  const errors = { "input_size.0": "Too small.", "hyperparameters.steps": "Too few.", name: "Is taken." };
  expect(stillWrong(errors, ["input_size", "hyperparameters.step"])).toEqual({
    "hyperparameters.steps": "Too few.",
    name: "Is taken.",
  });
});
