import type { Architecture, Parameter, Preset, Spec } from "@/api/types";

export type Values = Record<string, unknown>;

/** One augmentation of the list; `key` tells two of a kind apart while they move. */
export interface Step {
  key: string;
  name: string;
  values: Values;
}

/** A specification while it is edited: a number is null where its field is empty, and so is what is left to the server. */
export interface Draft {
  architecture: string;
  variant: string;
  weights: string;
  input_size: [number | null, number | null];
  augmentations: Step[];
  hyperparameters: Values;
  evaluateEvery: number | null;
  early: { metric: string; patience: number | null } | null;
  /** `artifact:<id>`; it is only asked where there is distillation. */
  teacher: string | null;
}

export interface WorkflowForm {
  name: string;
  spec: Draft;
}

type SavedSpec = Omit<Spec, "evaluation" | "early_stopping"> & Partial<Pick<Spec, "evaluation" | "early_stopping">>;

export function defaultSpec(architecture: Architecture): Draft {
  const given = architecture.defaults;
  const variant = given.variant ?? architecture.variants[0]?.name ?? "";
  return fromSpec(architecture, {
    architecture: architecture.name,
    variant,
    weights: hasPublished(architecture, variant) ? "pretrained" : "scratch",
    input_size: given.input_size ?? architecture.input_sizes[0] ?? [256, 256],
    augmentations: given.augmentations ?? [],
    hyperparameters: {},
  });
}

export function fromSpec(architecture: Architecture, spec: SavedSpec): Draft {
  const hyperparameters = { ...defaultValues(architecture), ...known(spec.hyperparameters, architecture.hyperparameters) };
  const { evaluation, early_stopping: early } = spec;
  return {
    architecture: architecture.name,
    variant: spec.variant,
    weights: spec.weights,
    input_size: [spec.input_size[0], spec.input_size[1]],
    augmentations: fromList(architecture, spec.augmentations),
    hyperparameters,
    // What the server fills in stays automatic, so that it follows the number of steps.
    evaluateEvery: evaluation == null || evaluation.every === automaticInterval(hyperparameters["steps"]) ? null : evaluation.every,
    early: early == null ? null : { metric: early.metric, patience: early.patience },
    teacher: spec.teacher ?? null,
  };
}

/** Whether there are weights to start from that somebody has published. */
export function hasPublished(architecture: Architecture, variant: string): boolean {
  return architecture.weights.includes("pretrained") && architecture.variants.find(({ name }) => name === variant)?.hub_id !== null;
}

/** Another variant; published weights give way to none where it has none. */
export function withVariant(architecture: Architecture, { weights }: Draft, variant: string): Pick<Draft, "variant" | "weights"> {
  return { variant, weights: weights === "pretrained" && !hasPublished(architecture, variant) ? "scratch" : weights };
}

/** A saved specification to look at or edit; null where its architecture is no longer in the catalogue. */
export function draftOf(catalogue: readonly Architecture[], spec: Spec): Draft | null {
  const architecture = catalogue.find(({ name }) => name === spec.architecture);
  return architecture ? fromSpec(architecture, spec) : null;
}

/** The spec to send. What was left to the server is left out. */
export function toSpec(draft: Draft): Spec {
  const [height, width] = draft.input_size;
  const spec = {
    architecture: draft.architecture,
    variant: draft.variant,
    weights: draft.weights,
    input_size: [height ?? 0, width ?? 0] as [number, number],
    augmentations: draft.augmentations.map(({ name, values }) => ({ name, ...values })),
    hyperparameters: draft.hyperparameters,
    early_stopping: draft.early === null ? null : { metric: draft.early.metric, patience: draft.early.patience ?? 0 },
    ...(draft.teacher !== null && learnsFromTeacher(draft) ? { teacher: draft.teacher } : {}),
  };
  return (draft.evaluateEvery === null ? spec : { ...spec, evaluation: { every: draft.evaluateEvery } }) as Spec;
}

/** Whether part of the loss is a teacher's: only then there is one. */
export function learnsFromTeacher({ hyperparameters }: Pick<Draft, "hyperparameters">): boolean {
  return Number(hyperparameters["distillation"] ?? 0) > 0;
}

/** A preset laid over the draft: what it does not name stays as it is. */
export function withPreset(architecture: Architecture, draft: Draft, { spec }: Preset): Draft {
  const hyperparameters = { ...defaultValues(architecture), ...known(spec.hyperparameters ?? {}, architecture.hyperparameters) };
  return {
    ...draft,
    variant: spec.variant ?? draft.variant,
    weights: spec.weights ?? draft.weights,
    input_size: spec.input_size ?? draft.input_size,
    augmentations: spec.augmentations ? fromList(architecture, spec.augmentations) : draft.augmentations,
    hyperparameters: spec.hyperparameters ? hyperparameters : draft.hyperparameters,
    evaluateEvery: spec.evaluation ? spec.evaluation.every : draft.evaluateEvery,
  };
}

/** Another architecture: what both know is kept, everything else starts from the new one's defaults. */
export function withArchitecture(architecture: Architecture, draft: Draft): Draft {
  const fresh = defaultSpec(architecture);
  const size = draft.input_size;
  const fits = architecture.input_sizes.some(([height, width]) => height === size[0] && width === size[1]);
  const common = draft.augmentations.filter(({ name }) => architecture.augmentations.some((one) => one.name === name));
  return {
    ...fresh,
    input_size: fits ? size : fresh.input_size,
    augmentations: common.length > 0 ? common : fresh.augmentations,
    evaluateEvery: draft.evaluateEvery,
    early: draft.early,
    teacher: draft.teacher,
  };
}

/** The defaults of the architecture's hyperparameters, its own before the catalogue's. */
export function defaultValues({ hyperparameters, defaults }: Architecture): Values {
  return { ...initial(hyperparameters), ...defaults.hyperparameters };
}

export function newStep(architecture: Architecture, name: string, taken: readonly Step[]): Step {
  const parameters = architecture.augmentations.find((one) => one.name === name)?.parameters ?? [];
  return { key: freeName(name, taken.map(({ key }) => key)), name, values: initial(parameters) };
}

/** Steps between two validations where the specification leaves it to the server. */
export function automaticInterval(steps: unknown): number {
  return typeof steps === "number" ? Math.max(1, Math.floor(steps / 10)) : 1;
}

/** `SegFormer b0`, or `SegFormer b0 (2)` where that name is taken. */
export function freeName(wanted: string, taken: readonly string[]): string {
  if (!taken.includes(wanted)) return wanted;
  let number = 2;
  while (taken.includes(`${wanted} (${number})`)) number += 1;
  return `${wanted} (${number})`;
}

function fromList(architecture: Architecture, list: readonly Record<string, unknown>[]): Step[] {
  const steps: Step[] = [];
  for (const { name, ...values } of list) {
    const fresh = newStep(architecture, String(name), steps);
    steps.push({ ...fresh, values: { ...fresh.values, ...values } });
  }
  return steps;
}

function known(values: Values, parameters: readonly Parameter[]): Values {
  return Object.fromEntries(Object.entries(values).filter(([key]) => parameters.some(({ name }) => name === key)));
}

function initial(parameters: readonly Parameter[]): Values {
  return Object.fromEntries(parameters.map((parameter) => [parameter.name, parameter.default ?? null]));
}
