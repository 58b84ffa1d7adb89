import type { Architecture, Parameter, Spec } from "@/api/types";

export type Values = Record<string, unknown>;

/** What the page edits; `errorsOf` puts the API's field names onto the same paths. */
export interface TrainingForm {
  name: string;
  architecture: string;
  variant: string;
  weights: { kind: "pretrained" | "scratch" | "artifact" | "file"; artifact: string; file: string };
  height: number | "";
  width: number | "";
  augmentations: { name: string; on: boolean; values: Values }[];
  hyperparameters: Values;
  evaluateEvery: number | "";
  early: { on: boolean; metric: string; patience: number | "" };
}

export function defaults(architecture: Architecture, name: string): TrainingForm {
  const given = architecture.defaults;
  return fromSpec(architecture, name, {
    architecture: architecture.name,
    variant: given.variant ?? architecture.variants[0]?.name ?? "",
    weights: architecture.weights[0] ?? "scratch",
    input_size: given.input_size ?? architecture.input_sizes[0] ?? [256, 256],
    augmentations: given.augmentations ?? [],
    hyperparameters: given.hyperparameters ?? {},
  });
}

type SavedSpec = Omit<Spec, "evaluation" | "early_stopping"> & Partial<Pick<Spec, "evaluation" | "early_stopping">>;

export function fromSpec(architecture: Architecture, name: string, spec: SavedSpec): TrainingForm {
  const [kind = "", rest = ""] = splitOnce(spec.weights, ":");
  return {
    name,
    architecture: architecture.name,
    variant: spec.variant,
    weights: {
      kind: kind === "artifact" || kind === "file" || kind === "scratch" ? kind : "pretrained",
      artifact: kind === "artifact" ? rest : "",
      file: kind === "file" ? rest : "",
    },
    height: spec.input_size[0],
    width: spec.input_size[1],
    augmentations: architecture.augmentations.map(({ name: known, parameters }) => {
      const used = spec.augmentations.find((one) => one["name"] === known);
      return { name: known, on: used !== undefined, values: { ...initial(parameters), ...without(used ?? {}, "name") } };
    }),
    hyperparameters: { ...initial(architecture.hyperparameters), ...spec.hyperparameters },
    evaluateEvery: spec.evaluation?.every ?? "",
    early: {
      on: spec.early_stopping != null,
      metric: spec.early_stopping?.metric ?? "val/miou",
      patience: spec.early_stopping?.patience ?? 5,
    },
  };
}

/** The spec to send. What was left empty is left out, so that the server's own default holds. */
export function toSpec(form: TrainingForm): Spec {
  const { weights } = form;
  const chosen =
    weights.kind === "artifact" ? `artifact:${weights.artifact}` : weights.kind === "file" ? `file:${weights.file}` : weights.kind;
  const spec = {
    architecture: form.architecture,
    variant: form.variant,
    weights: chosen,
    input_size: [form.height === "" ? 0 : form.height, form.width === "" ? 0 : form.width] as [number, number],
    augmentations: form.augmentations.filter(({ on }) => on).map(({ name, values }) => ({ name, ...values })),
    hyperparameters: Object.fromEntries(
      Object.entries(form.hyperparameters).map(([key, value]) => [key, value === "" ? null : value]),
    ),
    early_stopping: form.early.on
      ? { metric: form.early.metric, patience: form.early.patience === "" ? 0 : form.early.patience }
      : null,
  };
  return (form.evaluateEvery === "" ? spec : { ...spec, evaluation: { every: form.evaluateEvery } }) as Spec;
}

/** Field names of a problem as paths of the page: augmentations by name instead of by place. */
export function errorsOf(fields: Record<string, string>, spec: Spec): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).map(([field, message]) => {
      const path = field.replace(/^(spec|overrides)\./, "");
      const match = /^augmentations\.(\d+)(\..*)?$/.exec(path);
      if (!match) return [path, message];
      const name = spec.augmentations[Number(match[1])]?.["name"];
      return [`augmentations.${String(name)}${match[2] ?? ""}`, message];
    }),
  );
}

/** "Default 0.0006, 0 to 10": what the help of a number ends with. */
export function rangeText(parameter: Parameter): string {
  const { min, max, type } = parameter;
  const value = parameter.default;
  const parts = [`Default ${type === "choice" ? title(String(value)) : defaultText(value)}`];
  if (min != null && max != null) parts.push(`${plain(min)} to ${plain(max)}`);
  else if (min != null) parts.push(`from ${plain(min)}`);
  return parts.join(", ");
}

const SPELLINGS: Record<string, string> = { lr: "rate", ema: "EMA", adamw: "AdamW", sgd: "SGD" };

/** `backbone_lr_multiplier` → "Backbone rate multiplier". */
export function title(name: string): string {
  const words = name.replaceAll("_", " ").replace(/\b(lr|ema|adamw|sgd)\b/g, (word) => SPELLINGS[word] ?? word);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** `SegFormer b0`, or `SegFormer b0 (2)` where that name is taken. */
export function freeName(wanted: string, taken: readonly string[]): string {
  if (!taken.includes(wanted)) return wanted;
  let number = 2;
  while (taken.includes(`${wanted} (${number})`)) number += 1;
  return `${wanted} (${number})`;
}

function defaultText(value: unknown): string {
  if (value === null || value === undefined) return "automatic";
  if (typeof value === "boolean") return value ? "on" : "off";
  if (Array.isArray(value)) return value.map(defaultText).join(" to ");
  return typeof value === "number" ? String(Number(value.toPrecision(4))) : String(value);
}

function initial(parameters: readonly Parameter[]): Values {
  return Object.fromEntries(parameters.map((parameter) => [parameter.name, parameter.default ?? null]));
}

function without(values: Values, key: string): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => name !== key));
}

function splitOnce(text: string, by: string): [string, string] {
  const at = text.indexOf(by);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

function plain(value: number): string {
  return value >= 10_000 ? value.toLocaleString("en-US") : String(value);
}
