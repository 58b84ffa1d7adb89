import type { Parameter } from "@/api/types";

const SPELLINGS: Record<string, string> = {
  lr: "rate",
  ema: "EMA",
  adamw: "AdamW",
  sgd: "SGD",
  ohem: "OHEM",
  oom: "lack of memory",
  lovasz: "Lovász",
  miou: "mean IoU",
  f1: "F1",
  map: "mAP",
  map50: "mAP 50",
  pq: "panoptic quality",
};
const TITLES: Record<string, string> = {
  p: "Probability",
  lr: "Learning rate",
  optimizer: "Optimiser",
  warmup_steps: "Warm-up steps",
  cross_entropy: "Cross-entropy",
  cross_entropy_dice: "Cross-entropy + Dice",
  cross_entropy_lovasz: "Cross-entropy + Lovász",
  focal_dice: "Focal + Dice",
  dice: "Dice",
  one_cycle: "One-cycle",
  halve_batch_on_oom: "Halve the batch when memory runs out",
  cache_megabytes: "Cache (MB)",
  pruning_importance: "What leaves first",
  pruning_spread: "Pruning spread",
  quantization_aware: "Quantisation-aware",
  taylor: "By effect on the loss (Taylor)",
  magnitude: "By size of the weights",
  uniform: "The same in each layer",
  global: "Wherever it matters least",
  structured: "Structured: heads and channels",
  unstructured: "Unstructured: single weights",
  "2:4": "2:4: two of four weights",
};

/** `backbone_lr_multiplier` → "Backbone rate multiplier". */
export function title(name: string): string {
  const known = TITLES[name];
  if (known !== undefined) return known;
  const words = name
    .split("_")
    .map((word) => SPELLINGS[word] ?? word)
    .join(" ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** `val/pixel_accuracy` → "Validation pixel accuracy". */
export function metricTitle(name: string): string {
  const [set = "", ...rest] = name.split("/");
  const what = rest[0] === "iou" ? `IoU of ${rest.slice(1).join("/")}` : lowerFirst(title(rest.join("/")));
  return set === "val" ? `Validation ${what}` : title(name);
}

export function parameterTitle(parameter: Parameter): string {
  return parameter.title ?? title(parameter.name);
}

/** "Default 0.0006, 0 to 10": what the help of a number ends with. */
export function rangeText(parameter: Parameter, fallback: unknown = parameter.default): string {
  const { min, max } = parameter;
  const parts = [`Default ${lowerFirst(valueText(fallback, parameter))}`];
  if (min != null && max != null) parts.push(`${plain(min)} to ${plain(max)}`);
  else if (min != null) parts.push(`from ${plain(min)}`);
  else if (max != null) parts.push(`up to ${plain(max)}`);
  return parts.join(", ");
}

/** A value as a person reads it. */
export function valueText(value: unknown, parameter?: Parameter): string {
  if (value === null || value === undefined) return "automatic";
  if (typeof value === "boolean") return value ? "on" : "off";
  if (Array.isArray(value)) return value.map((one) => valueText(one)).join(" to ");
  if (typeof value === "number") return plain(Number(value.toPrecision(5)));
  if (typeof value === "string") return parameter?.type === "choice" ? title(value) : value;
  return JSON.stringify(value);
}

/** Where new weights start: "Pretrained", "An earlier artifact", "hub: nvidia/mit-b0". */
export function weightsText(weights: string): string {
  const { kind, rest } = splitWeights(weights);
  switch (kind) {
    case "pretrained":
      return "Pretrained weights";
    case "scratch":
      return "From scratch";
    case "artifact":
      return "Earlier artifact";
    case "file":
      return rest === "" ? "Weight file" : rest;
    case "hub":
      return rest === "" ? "Model hub" : rest;
  }
}

export type WeightKind = "pretrained" | "scratch" | "artifact" | "file" | "hub";
const KINDS: readonly string[] = ["pretrained", "scratch", "artifact", "file", "hub"];

export function splitWeights(weights: string): { kind: WeightKind; rest: string } {
  const at = weights.indexOf(":");
  const kind = at < 0 ? weights : weights.slice(0, at);
  return { kind: KINDS.includes(kind) ? (kind as WeightKind) : "pretrained", rest: at < 0 ? "" : weights.slice(at + 1) };
}

/** `org/name@revision` in its two parts. */
export function splitHub(rest: string): { id: string; revision: string } {
  const at = rest.indexOf("@");
  return at < 0 ? { id: rest, revision: "" } : { id: rest.slice(0, at), revision: rest.slice(at + 1) };
}

export function joinHub(id: string, revision: string): string {
  return `hub:${id.trim()}${revision.trim() === "" ? "" : `@${revision.trim()}`}`;
}

function plain(value: number): string {
  return Math.abs(value) >= 10_000 ? value.toLocaleString("en-US") : String(value);
}

function lowerFirst(text: string): string {
  // "AdamW" and "EMA" keep their capitals.
  return /^[A-Z][a-z-]+(\s|$)/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
