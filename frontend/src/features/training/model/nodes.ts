import type { Architecture } from "@/api/types";
import { flopsAt, flopsText } from "./cost";
import { sizeText } from "./diff";
import type { Draft, Values } from "./form";
import { type OptionsForm, STRATEGIES } from "./options";
import { title, valueText, weightsText } from "./wording";

export const NODES = ["data", "augmentations", "model", "training", "run"] as const;
export type NodeId = (typeof NODES)[number];

export const NODE_TITLES: Record<NodeId, string> = {
  data: "Data set",
  augmentations: "Augmentations",
  model: "Model",
  training: "Training",
  run: "Hardware & checkpoints",
};

const SECTIONS: Record<string, NodeId> = {
  snapshot: "data",
  augmentations: "augmentations",
  architecture: "model",
  variant: "model",
  weights: "model",
  input_size: "model",
  hyperparameters: "training",
  evaluation: "training",
  early_stopping: "training",
  teacher: "training",
  hardware: "run",
  checkpoints: "run",
  limits: "run",
  priority: "run",
  tags: "run",
  notes: "run",
};

/** The node that shows the field of a path; null for what belongs to the page as a whole. */
export function nodeOf(path: string): NodeId | null {
  return SECTIONS[path.split(".")[0] ?? ""] ?? null;
}

/** How many fields of each node are wrong. */
export function errorCounts(errors: Record<string, string>): Record<NodeId, number> {
  const counts = { data: 0, augmentations: 0, model: 0, training: 0, run: 0 };
  for (const path of Object.keys(errors)) {
    const node = nodeOf(path);
    if (node !== null) counts[node] += 1;
  }
  return counts;
}

/** The node that an arrow key goes to; null for other keys. */
export function nodeByKey(current: NodeId, key: string): NodeId | null {
  const at = NODES.indexOf(current);
  const last = NODES.length - 1;
  if (key === "ArrowRight" || key === "ArrowDown") return NODES[Math.min(at + 1, last)] ?? null;
  if (key === "ArrowLeft" || key === "ArrowUp") return NODES[Math.max(at - 1, 0)] ?? null;
  if (key === "Home") return NODES[0];
  return key === "End" ? (NODES[last] ?? null) : null;
}

export function modelLines(architecture: Architecture, draft: Draft, parameters: (count: number) => string): string[] {
  const variant = architecture.variants.find(({ name }) => name === draft.variant);
  const flops = flopsAt(architecture, draft.variant, draft.input_size);
  const size = [variant ? `${parameters(variant.parameters)} parameters` : "", flops === null ? "" : flopsText(flops)];
  return [`${architecture.title} ${draft.variant}`, size.filter((part) => part !== "").join(" · "), `${sizeText(draft.input_size)} · ${weightsText(draft.weights)}`];
}

export function trainingLines({ hyperparameters: values, early }: Draft): string[] {
  const length = values["epochs"] == null ? `${valueText(values["steps"])} steps` : `${valueText(values["epochs"])} epochs`;
  const batch = typeof values["batch_size"] === "number" ? batchText(values["batch_size"], values["accumulate"]) : "";
  const rate = typeof values["learning_rate"] === "number" ? valueText(values["learning_rate"]) : "";
  const optimizer = typeof values["optimizer"] === "string" ? title(values["optimizer"]) : "";
  const schedule = typeof values["schedule"] === "string" ? title(values["schedule"]).toLowerCase() : "";
  const loss = typeof values["loss"] === "string" ? title(values["loss"]) : termsText(values);
  const line = (...parts: string[]) => parts.filter((part) => part !== "").join(" · ");
  return [line(length, batch), line(`${optimizer} ${rate}`.trim(), schedule), line(loss, early === null ? "" : "stops early", compressionText(values))];
}

export function runLines(options: OptionsForm): string[] {
  const device = options.device === "auto" ? "Automatic device" : options.device.toUpperCase();
  const several = options.gpus !== "" && options.gpus > 1 ? `${options.gpus} ×` : "";
  const precision = options.precision === "auto" ? "Automatic precision" : options.precision;
  const kept = STRATEGIES.filter(({ value }) => options.strategies.includes(value)).map(({ label }) => label);
  const limits = [
    options.minutes === "" ? "" : `${options.minutes} min at most`,
    options.steps === "" ? "" : `${valueText(options.steps)} steps at most`,
    options.priority === "normal" ? "" : `${title(options.priority)} priority`,
  ].filter((part) => part !== "");
  return [`${several} ${device}`.trim(), kept.length === 0 ? "Keeps no checkpoint" : `Keeps ${kept.join(", ").toLowerCase()}`, limits.join(" · ") || precision];
}

const TERMS = /^(class|mask|dice|box)_(weight|gain)$/;

/** A loss of several terms by their weights: "Class 2, mask 5, Dice 5". */
function termsText(values: Values): string {
  const terms = Object.entries(values).flatMap(([name, value]) => {
    const term = TERMS.exec(name)?.[1];
    return term === undefined || typeof value !== "number" ? [] : [`${term === "dice" ? "Dice" : term} ${valueText(value)}`];
  });
  const text = terms.join(", ");
  return text === "" ? "Loss of the architecture" : `Loss: ${text}`;
}

/** "pruned 30 %, taught": what makes the model smaller. */
function compressionText(values: Values): string {
  const number = (name: string) => (typeof values[name] === "number" ? values[name] : 0);
  const parts = [
    number("pruning") > 0 ? `pruned ${Math.round(number("pruning") * 100)} %` : "",
    number("distillation") > 0 ? "taught" : "",
    values["quantization_aware"] === true ? "int8-aware" : "",
  ];
  return parts.filter((part) => part !== "").join(", ");
}

function batchText(batch: number, accumulate: unknown): string {
  return typeof accumulate === "number" && accumulate > 1 ? `batch ${batch} × ${accumulate}` : `batch ${batch}`;
}
