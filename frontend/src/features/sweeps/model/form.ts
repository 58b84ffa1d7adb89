import type { Architecture, Parameter, Priority, Spec, SweepBody, SweepMethod, SweepParameter } from "@/api/types";
import { isRead } from "@/features/training/model/fields";
import { parameterTitle, title } from "@/features/training/model/wording";
import { usualFirstSteps } from "./plan";

/** A field that a sweep may vary. */
export interface Candidate {
  path: string;
  label: string;
  help: string;
  /** What the workflow has now. */
  current: unknown;
  parameter: Parameter;
}

export interface FieldForm {
  path: string;
  kind: "values" | "range";
  values: string[];
  min: number | "";
  max: number | "";
  scale: "linear" | "log";
  points: number | "";
}

export interface SweepForm {
  /** Empty takes the workflow's name. */
  name: string;
  workflow: string;
  method: SweepMethod;
  fields: FieldForm[];
  metric: string;
  maxRuns: number | "";
  seed: number | "";
  factor: number | "";
  firstSteps: number | "";
  device: string;
  priority: Priority;
}

export const FACTOR = 3;
/** More runs than this no sweep makes. */
export const MOST_RUNS = 200;
const POINTS = 4;
const WIDE = 20;
const SIZE = " × ";
/** Nothing is learnt from varying these. */
const NOT_SWEPT = new Set(["cache_megabytes", "compile", "halve_batch_on_oom"]);

export function initialSweep(workflow: string, metric: string): SweepForm {
  return {
    name: "",
    workflow,
    method: "random",
    fields: [],
    metric,
    maxRuns: 8,
    seed: 0,
    factor: FACTOR,
    firstSteps: "",
    device: "auto",
    priority: "normal",
  };
}

/** The fields of a workflow that a sweep may vary, the usual ones first. */
export function candidatesOf(spec: Spec, architecture: Architecture): Candidate[] {
  const own: Candidate[] = [
    {
      path: "variant",
      label: "Variant",
      help: "The size of the model.",
      current: spec.variant,
      parameter: { name: "variant", type: "choice", default: spec.variant, choices: architecture.variants.map(({ name }) => name) },
    },
    {
      path: "input_size",
      label: "Input size",
      help: "What images are scaled to, height × width.",
      current: sizeText(spec.input_size),
      parameter: {
        name: "input_size",
        type: "choice",
        default: sizeText(spec.input_size),
        choices: [...new Set([sizeText(spec.input_size), ...architecture.input_sizes.map(sizeText)])],
      },
    },
  ];
  const parameters = architecture.hyperparameters
    .filter(({ name, type }) => type !== "range" && !NOT_SWEPT.has(name) && isRead(name, spec.hyperparameters))
    .map((parameter) => ({
      path: `hyperparameters.${parameter.name}`,
      label: parameterTitle(parameter),
      help: parameter.help ?? "",
      current: spec.hyperparameters[parameter.name] ?? parameter.default,
      parameter,
    }));
  const usual = ["learning_rate", "batch_size", "weight_decay", "loss", "optimizer", "schedule"];
  const place = ({ parameter: { name } }: Candidate) => (usual.includes(name) ? usual.indexOf(name) : usual.length);
  return [...parameters.sort((a, b) => place(a) - place(b)), ...own];
}

/** A first suggestion: around the workflow's own value, or every choice there is. */
export function suggest({ path, current, parameter }: Candidate): FieldForm {
  const empty: FieldForm = { path, kind: "values", values: [], min: "", max: "", scale: "linear", points: POINTS };
  const { type, choices } = parameter;
  if (type === "bool") return { ...empty, values: ["true", "false"] };
  if (type === "choice") {
    const all = (choices ?? []).map(String);
    const others = all.filter((one) => one !== String(current));
    return { ...empty, values: all.length <= 4 ? all : [String(current), ...others.slice(0, 2)] };
  }
  const value = typeof current === "number" ? current : 0;
  if (value <= 0) return { ...empty, kind: "range", min: parameter.min ?? 0, max: Math.min(parameter.max ?? 1, 1) };
  if (type === "int") {
    const around = [value / 2, value, value * 2].map((one) => within(Math.max(1, Math.round(one)), parameter));
    return { ...empty, values: [...new Set(around)].map(String) };
  }
  const [min, max] = [within(value / 10, parameter), within(value * 10, parameter)].map((one) => Number(one.toPrecision(3)));
  return { ...empty, kind: "range", min: min ?? 0, max: max ?? 1, scale: (max ?? 1) / (min ?? 1) >= WIDE ? "log" : "linear" };
}

export function toParameter(field: FieldForm, candidate: Candidate | undefined): SweepParameter {
  const whole = candidate?.parameter.type === "int";
  if (field.kind === "values") return { path: field.path, values: field.values.map((text) => valueOf(text, candidate)) };
  return {
    path: field.path,
    min: field.min === "" ? 0 : field.min,
    max: field.max === "" ? 0 : field.max,
    scale: field.scale,
    ...(whole ? { whole } : {}),
    ...(field.points === "" ? {} : { points: field.points }),
  };
}

/** What is sent; `steps` are those of the whole run, from which halving takes its first round. */
export function toBody(form: SweepForm, candidates: readonly Candidate[], steps: number, usualName: string): SweepBody {
  const factor = form.factor === "" ? FACTOR : form.factor;
  const first = form.firstSteps === "" ? usualFirstSteps(Number(form.maxRuns), steps, factor) : form.firstSteps;
  return {
    name: form.name.trim() === "" ? usualName : form.name.trim(),
    workflow: form.workflow,
    method: form.method,
    parameters: form.fields.map((field) => toParameter(field, candidates.find(({ path }) => path === field.path))),
    metric: form.metric,
    ...(form.method === "grid" || form.maxRuns === "" ? {} : { max_runs: form.maxRuns }),
    seed: form.seed === "" ? 0 : form.seed,
    priority: form.priority,
    hardware: { device: form.device, gpus: 1, precision: "auto" },
    ...(form.method === "halving" ? { halving: { factor, first_steps: first } } : {}),
  };
}

/** Whether a number that a person typed for a field may stand there; what is wrong with it otherwise. */
export function fieldProblem(field: FieldForm, candidate: Candidate | undefined): string | null {
  if (field.kind === "values") {
    if (field.values.length === 0) return "Give at least one value.";
    const { type } = candidate?.parameter ?? {};
    const wrong = type === "int" || type === "float" ? field.values.find((text) => !Number.isFinite(Number(text)) || text.trim() === "") : undefined;
    return wrong === undefined ? null : `“${wrong}” is no number.`;
  }
  if (field.min === "" || field.max === "") return "Give both ends of the range.";
  if (field.min >= field.max) return "The range has to rise.";
  return field.scale === "log" && field.min <= 0 ? "A logarithmic range starts above 0." : null;
}

/** What is shown for a path: the field's title. */
export function pathLabel(path: string): string {
  return title(path.split(".").at(-1) ?? path);
}

function valueOf(text: string, candidate: Candidate | undefined): unknown {
  const trimmed = text.trim();
  const type = candidate?.parameter.type;
  if (type === "int" || type === "float") return Number(trimmed);
  if (type === "bool") return trimmed === "true";
  return candidate?.path === "input_size" ? trimmed.split(SIZE).map(Number) : trimmed;
}

function sizeText([height, width]: readonly [number, number]): string {
  return `${height}${SIZE}${width}`;
}

function within(value: number, { min, max }: Parameter): number {
  return Math.min(max ?? value, Math.max(min ?? value, value));
}
