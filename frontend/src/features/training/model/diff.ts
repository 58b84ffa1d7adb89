import type { Architecture, Parameter } from "@/api/types";
import { same } from "./fields";
import { type Draft, learnsFromTeacher, type Step } from "./form";
import { metricTitle, parameterTitle, title, valueText, weightsText } from "./wording";

/** One difference between two specifications; null where a side has no such thing. */
export interface Change {
  path: string;
  label: string;
  before: string | null;
  after: string | null;
}

type Catalogue = readonly Architecture[];

/** What turns one specification into the other, in the order of the page. */
export function changes(before: Draft, after: Draft, catalogue: Catalogue): Change[] {
  const name = (draft: Draft) => catalogue.find((one) => one.name === draft.architecture)?.title ?? draft.architecture;
  const list = [
    change("architecture", "Architecture", name(before), name(after)),
    change("variant", "Variant", before.variant, after.variant),
    change("weights", "Weights", weightsName(before.weights), weightsName(after.weights), before.weights !== after.weights),
    change("input_size", "Input size", sizeText(before.input_size), sizeText(after.input_size)),
    ...augmentations(before, after, catalogue),
    ...hyperparameters(before, after, catalogue),
    change("evaluation.every", "Evaluate every", intervalText(before.evaluateEvery), intervalText(after.evaluateEvery)),
    change("early_stopping", "Early stopping", earlyText(before.early), earlyText(after.early)),
    change("teacher", "Teacher", teacherText(before), teacherText(after)),
  ];
  return list.filter((one) => one !== null);
}

export function sizeText([height, width]: Draft["input_size"]): string {
  return `${height ?? "–"} × ${width ?? "–"}`;
}

function change(path: string, label: string, before: string | null, after: string | null, differs = before !== after): Change | null {
  return differs ? { path, label, before, after } : null;
}

function hyperparameters(before: Draft, after: Draft, catalogue: Catalogue): (Change | null)[] {
  const known = [...parametersOf(before, catalogue), ...parametersOf(after, catalogue)];
  const names = [...new Set([...known.map(({ name }) => name), ...Object.keys(before.hyperparameters), ...Object.keys(after.hyperparameters)])];
  return names.map((name) => {
    const parameter = known.find((one) => one.name === name);
    const label = parameter ? parameterTitle(parameter) : title(name);
    const has = (draft: Draft) => name in draft.hyperparameters;
    const text = (draft: Draft) => (has(draft) ? valueText(draft.hyperparameters[name], parameter) : null);
    const differs = has(before) !== has(after) || !same(before.hyperparameters[name], after.hyperparameters[name]);
    return change(`hyperparameters.${name}`, label, text(before), text(after), differs);
  });
}

function augmentations(before: Draft, after: Draft, catalogue: Catalogue): (Change | null)[] {
  const entries = [...augmentationsOf(before, catalogue), ...augmentationsOf(after, catalogue)];
  const entry = (name: string) => entries.find((one) => one.name === name);
  const label = (name: string) => entry(name)?.title ?? title(name);
  const keys = [...new Set([...before.augmentations, ...after.augmentations].map(({ key }) => key))];
  const found = keys.map((key) => {
    const old = before.augmentations.find((one) => one.key === key);
    const fresh = after.augmentations.find((one) => one.key === key);
    const name = (old ?? fresh)?.name ?? key;
    const parameters = entry(name)?.parameters ?? [];
    const text = (step: Step | undefined, other: Step | undefined) => (step ? stepText(step, other, parameters) : null);
    return change(`augmentations.${key}`, label(name), text(old, fresh), text(fresh, old), !same(old?.values, fresh?.values));
  });
  return [...found, order(before, after, label)];
}

function order(before: Draft, after: Draft, label: (name: string) => string): Change | null {
  const stays = (list: readonly Step[], others: readonly Step[]) => list.filter(({ key }) => others.some((one) => one.key === key));
  const text = (list: readonly Step[]) => list.map(({ name }) => label(name)).join(", ");
  const old = stays(before.augmentations, after.augmentations);
  const fresh = stays(after.augmentations, before.augmentations);
  const moved = old.some(({ key }, index) => fresh[index]?.key !== key);
  return change("augmentations", "Order of augmentations", text(old), text(fresh), moved);
}

/** The values of a step; beside another step of its kind only those that differ. */
function stepText({ values }: Step, other: Step | undefined, parameters: readonly Parameter[]): string {
  const shown = Object.entries(values).filter(([name, value]) => !other || !same(value, other.values[name]));
  const text = shown.map(([name, value]) => {
    const parameter = parameters.find((one) => one.name === name);
    return `${parameter ? parameterTitle(parameter).toLowerCase() : name} ${valueText(value, parameter)}`;
  });
  return text.length === 0 ? "on" : text.join(", ");
}

function weightsName(weights: string): string {
  const rest = weights.startsWith("artifact:") ? ` ${weights.slice(9, 17)}` : "";
  return `${weightsText(weights)}${rest}`;
}

function intervalText(every: number | null): string {
  return every === null ? "a tenth of the run" : `${valueText(every)} steps`;
}

function earlyText(early: Draft["early"]): string {
  return early === null ? "off" : `${metricTitle(early.metric)}, patience ${early.patience ?? "–"}`;
}

function teacherText(draft: Draft): string {
  return draft.teacher === null || !learnsFromTeacher(draft) ? "none" : weightsName(draft.teacher);
}

function parametersOf(draft: Draft, catalogue: Catalogue): readonly Parameter[] {
  return catalogue.find(({ name }) => name === draft.architecture)?.hyperparameters ?? [];
}

function augmentationsOf(draft: Draft, catalogue: Catalogue): Architecture["augmentations"] {
  return catalogue.find(({ name }) => name === draft.architecture)?.augmentations ?? [];
}
