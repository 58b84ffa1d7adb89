import { type Draft, learnsFromTeacher, type WorkflowForm } from "./form";
import { same } from "./fields";
import type { OptionsForm } from "./options";
import { splitWeights, type WeightKind } from "./wording";

type Errors = Record<string, string>;

/** Where the options of a run stand in what is sent. */
export const OPTION_PATHS: Record<keyof OptionsForm, string> = {
  snapshot: "snapshot",
  device: "hardware.device",
  gpus: "hardware.gpus",
  precision: "hardware.precision",
  priority: "priority",
  strategies: "checkpoints.strategy",
  every: "checkpoints.every",
  keep: "checkpoints.keep",
  minutes: "limits.minutes",
  steps: "limits.steps",
};

const SPEC_PATHS: Record<Exclude<keyof Draft, "hyperparameters">, string> = {
  architecture: "architecture",
  variant: "variant",
  weights: "weights",
  input_size: "input_size",
  augmentations: "augmentations",
  evaluateEvery: "evaluation",
  early: "early_stopping",
  teacher: "teacher",
};

/** Field names of a problem as paths of the page: those of the spec without `spec.`. */
export function pathsOf(fields: Errors): Errors {
  return Object.fromEntries(Object.entries(fields).map(([field, message]) => [field.replace(/^(spec|overrides)\./, ""), message]));
}

/** What a check found wrong, as sentences by path; the first where a field has several. */
export function checkErrors(found: readonly { field: string; message: string }[]): Errors {
  return pathsOf(Object.fromEntries(found.toReversed().map(({ field, message }) => [field, sentence(message)])));
}

function sentence(message: string): string {
  const text = message.trim();
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}

const UNNAMED: Partial<Record<WeightKind, string>> = {
  artifact: "Choose the artifact to start from.",
  file: "Choose a file, or upload one.",
  hub: "Say which model of the hub to start from.",
};

/** Weights of a kind that names nothing yet: said in the words of its control rather than of the specification. */
export function weightErrors(weights: string): Errors {
  const { kind, rest } = splitWeights(weights);
  const message = rest === "" ? UNNAMED[kind] : undefined;
  return message === undefined ? {} : { weights: message };
}

/** A teacher that is needed and not chosen yet. */
export function teacherErrors(draft: Pick<Draft, "hyperparameters" | "teacher">): Errors {
  return learnsFromTeacher(draft) && draft.teacher === null ? { teacher: "Choose the model to learn from, or set distillation to 0." } : {};
}

/** The paths of errors that a change of the form puts out of date. */
export function changedInForm(before: WorkflowForm, after: WorkflowForm): string[] {
  const own = (Object.keys(SPEC_PATHS) as (keyof typeof SPEC_PATHS)[])
    .filter((key) => before.spec[key] !== after.spec[key])
    .map((key) => SPEC_PATHS[key]);
  const parameters = Object.keys(after.spec.hyperparameters)
    .filter((name) => !same(before.spec.hyperparameters[name], after.spec.hyperparameters[name]))
    .map((name) => `hyperparameters.${name}`);
  return [...(before.name === after.name ? [] : ["name"]), ...own, ...parameters];
}

export function changedInOptions(before: OptionsForm, after: OptionsForm): string[] {
  const changed = (Object.keys(OPTION_PATHS) as (keyof OptionsForm)[]).filter((key) => before[key] !== after[key]);
  // What is right for one device or strategy may be wrong for another.
  const more = [...(changed.includes("device") ? ["hardware"] : []), ...(changed.includes("strategies") ? ["checkpoints"] : [])];
  return [...changed.map((key) => OPTION_PATHS[key]), ...more];
}

/** The errors that are left once these paths have new values. */
export function stillWrong(errors: Errors, changed: readonly string[]): Errors {
  return Object.fromEntries(Object.entries(errors).filter(([path]) => !changed.some((one) => isWithin(path, one))));
}

/** The first message at a path or below it. */
export function errorAt(errors: Errors, path: string): string | undefined {
  return errors[path] ?? Object.entries(errors).find(([one]) => isWithin(one, path))?.[1];
}

/** Of the paths of a page's fields the one that shows an error of `path`: itself or the nearest above. */
export function fieldOf(path: string, fields: readonly string[]): string | undefined {
  return fields.filter((field) => isWithin(path, field)).sort((a, b) => b.length - a.length)[0];
}

function isWithin(path: string, above: string): boolean {
  return path === above || path.startsWith(`${above}.`);
}
