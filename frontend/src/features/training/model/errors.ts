import type { TrainingForm } from "./form";
import type { OptionsForm } from "./options";

type Errors = Record<string, string>;

const OPTION_PATHS: Record<keyof OptionsForm, string> = {
  snapshot: "snapshot",
  device: "hardware.device",
  gpus: "hardware.gpus",
  precision: "hardware.precision",
  strategies: "checkpoints.strategy",
  every: "checkpoints.every",
  keep: "checkpoints.keep",
  minutes: "limits.minutes",
  steps: "limits.steps",
};

/** The paths of errors that a change of the form puts out of date. */
export function changedInForm(before: TrainingForm, after: TrainingForm): string[] {
  const own = (
    [
      ["name", "name"],
      ["architecture", "architecture"],
      ["variant", "variant"],
      ["weights", "weights"],
      ["height", "input_size"],
      ["width", "input_size"],
      ["evaluateEvery", "evaluation.every"],
      ["early", "early_stopping"],
    ] as const
  ).flatMap(([key, path]) => (before[key] === after[key] ? [] : [path]));
  const parameters = Object.keys(after.hyperparameters)
    .filter((name) => before.hyperparameters[name] !== after.hyperparameters[name])
    .map((name) => `hyperparameters.${name}`);
  const augmentations = after.augmentations
    .filter((one) => before.augmentations.find(({ name }) => name === one.name) !== one)
    .map(({ name }) => `augmentations.${name}`);
  return [...own, ...parameters, ...augmentations];
}

export function changedInOptions(before: OptionsForm, after: OptionsForm): string[] {
  return (Object.keys(OPTION_PATHS) as (keyof OptionsForm)[])
    .filter((key) => before[key] !== after[key])
    .map((key) => OPTION_PATHS[key]);
}

/** The errors that are left once these paths have new values. */
export function stillWrong(errors: Errors, changed: readonly string[]): Errors {
  return Object.fromEntries(
    Object.entries(errors).filter(([path]) => !changed.some((one) => path === one || path.startsWith(`${one}.`))),
  );
}
