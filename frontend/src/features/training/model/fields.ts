import type { Architecture, Parameter } from "@/api/types";
import type { Values } from "./form";

export interface FieldGroup {
  name: string;
  help: string;
  /** Always in sight. */
  essential: Parameter[];
  /** Behind a fold. */
  advanced: Parameter[];
}

const GROUPS: Record<string, string> = {
  Length: "How long it trains and how many images a step sees.",
  Optimiser: "How the weights follow the gradient, and how the rate changes.",
  Loss: "What the training makes small.",
  Model: "What of the model is trained, and what is kept.",
  Compression: "What makes the model smaller and quicker: parts that leave, a larger model as teacher, int8 in view.",
  Data: "How images are read, and from which seed everything is drawn.",
};

const ADVANCED = new Set([
  "accumulate",
  "halve_batch_on_oom",
  "backbone_lr_multiplier",
  "head_lr_multiplier",
  "momentum",
  "nesterov",
  "beta1",
  "beta2",
  "layer_decay",
  "one_cycle_rise",
  "poly_power",
  "gradient_clip",
  "label_smoothing",
  "ohem_threshold",
  "ohem_keep",
  "no_object_weight",
  "points",
  "oversample_ratio",
  "importance_ratio",
  "mask_alpha",
  "mask_gamma",
  "dfl_gain",
  "ema_decay",
  "compile",
  "cache_megabytes",
  "pruning_importance",
  "pruning_spread",
  "distillation_temperature",
]);

/** Parameters that only mean something beside a certain value of another one. */
const ONLY_WITH: Record<string, [name: string, test: (value: unknown) => boolean]> = {
  momentum: ["optimizer", (value) => value === "sgd"],
  nesterov: ["optimizer", (value) => value === "sgd"],
  beta1: ["optimizer", (value) => value !== "sgd"],
  beta2: ["optimizer", (value) => value !== "sgd"],
  one_cycle_rise: ["schedule", (value) => value === "one_cycle"],
  poly_power: ["schedule", (value) => value === "poly"],
  warmup_steps: ["schedule", (value) => value !== "one_cycle"],
  focal_gamma: ["loss", (value) => String(value).includes("focal")],
  ohem_threshold: ["loss", (value) => value === "ohem"],
  ohem_keep: ["loss", (value) => value === "ohem"],
  ema_decay: ["ema", (value) => value === true],
  pruning_method: ["pruning", isPositive],
  pruning_importance: ["pruning_method", (value) => value === "structured"],
  pruning_spread: ["pruning_method", (value) => value === "structured"],
  distillation_temperature: ["distillation", isPositive],
};

function isPositive(value: unknown): boolean {
  return typeof value === "number" && value > 0;
}

/** Length is chosen by a control of its own. */
export const LENGTH = ["steps", "epochs"];

/** The architecture's hyperparameters in their groups, without those that its other values put out of use. */
export function fieldGroups(architecture: Architecture, values: Values): FieldGroup[] {
  const shown = architecture.hyperparameters.filter(({ name }) => !LENGTH.includes(name) && isRead(name, values));
  const length = architecture.hyperparameters.some(({ name }) => LENGTH.includes(name)) ? ["Length"] : [];
  const names = new Set([...length, ...shown.map(groupOf)]);
  const known = Object.keys(GROUPS).filter((name) => names.has(name));
  const others = [...names].filter((name) => !(name in GROUPS));
  return [...known, ...others].map((name) => {
    const list = shown.filter((parameter) => groupOf(parameter) === name);
    const advanced = list.filter(({ name: one }) => ADVANCED.has(one));
    // A group of nothing but rare fields is folded as a whole.
    return { name, help: GROUPS[name] ?? "", essential: list.filter(({ name: one }) => !ADVANCED.has(one)), advanced };
  });
}

export function isRead(name: string, values: Values): boolean {
  const condition = ONLY_WITH[name];
  if (!condition) return true;
  const [other, test] = condition;
  return !(other in values) || (isRead(other, values) && test(values[other]));
}

/** Equal for a person: 1 and 1.0, [0, 2] and [0, 2]. */
export function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}

export function changedIn(parameters: readonly Parameter[], values: Values, defaults: Values): string[] {
  return parameters.filter(({ name }) => !same(values[name], defaults[name])).map(({ name }) => name);
}

function groupOf({ group }: Parameter): string {
  return group ?? "General";
}

const WIDE = 50;
const TICKS = 1000;

/** Where a slider of 0..1000 stands; a range over several powers of ten is laid out by its logarithm. */
export function toSlider(value: number, { min, max }: { min: number; max: number }): number {
  const share = isWide(min, max) ? Math.log(Math.max(value, min) / min) / Math.log(max / min) : (value - min) / (max - min);
  return Math.round(Math.min(1, Math.max(0, share)) * TICKS);
}

export function fromSlider(place: number, { min, max }: { min: number; max: number }, whole: boolean): number {
  const share = place / TICKS;
  const value = isWide(min, max) ? min * (max / min) ** share : min + (max - min) * share;
  if (whole) return Math.round(value);
  const span = isWide(min, max) ? value : max - min;
  // Two digits of what the slider spans: 0.35 of a share, 1.2 of a factor.
  const digits = Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(span)) - (isWide(min, max) ? 1 : 0)));
  return Number(Math.min(max, Math.max(min, value)).toFixed(digits));
}

function isWide(min: number, max: number): boolean {
  return min > 0 && max / min >= WIDE;
}

/** A number a slider can stand for: both ends known and not absurdly far from each other. */
export function bounds({ min, max }: Parameter): { min: number; max: number } | null {
  return min != null && max != null && max > min && max - min <= 10_000 ? { min, max } : null;
}
