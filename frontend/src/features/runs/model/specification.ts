import type { Architecture, Parameter, Run } from "@/api/types";
import { isRead, same } from "@/features/training/model/fields";
import { metricTitle, parameterTitle, title, valueText, weightsText } from "@/features/training/model/wording";

export interface SpecificationRow {
  key: string;
  label: string;
  value: string;
  help?: string;
  isDefault: boolean;
}

export interface SpecificationGroup {
  title: string;
  rows: SpecificationRow[];
}

type Described = Pick<Run, "spec" | "hardware" | "checkpoints" | "limits">;

/** In sight even where they have their defaults: what one asks of a run first. */
const ESSENTIAL = new Set([
  "snapshot",
  "weights",
  "input_size",
  "augmentations",
  "steps",
  "epochs",
  "batch_size",
  "learning_rate",
  "optimizer",
  "loss",
  "evaluation",
  "device",
]);
const ORDER = ["Length", "Optimiser", "Loss", "Model", "Data"];

/** What a run was told, in words and groups; fields that its other values put out of use are left out. */
export function specificationOf(run: Described, architecture: Architecture | undefined, snapshot: string): SpecificationGroup[] {
  const { spec } = run;
  const own = hyperparameterGroups(spec.hyperparameters, architecture);
  return [
    {
      title: "Data and model",
      rows: [
        fixed("snapshot", "Snapshot", snapshot),
        fixed("architecture", "Architecture", `${architecture?.title ?? spec.architecture} ${spec.variant}`),
        fixed("weights", "Weights", weightsText(spec.weights)),
        fixed("input_size", "Input size", `${spec.input_size.join(" × ")} px`),
        fixed("augmentations", "Augmentations", augmentationText(spec.augmentations, architecture)),
      ],
    },
    ...own,
    { title: "Evaluation and checkpoints", rows: judgingRows(run) },
    { title: "Hardware and limits", rows: hardwareRows(run) },
  ].filter(({ rows }) => rows.length > 0);
}

/** Rows that a sweep chose, by their keys. */
export function sweptKeys(trial: Run["trial"]): ReadonlySet<string> {
  return new Set(Object.keys(trial ?? {}).map((path) => (path === "variant" ? "architecture" : (path.split(".").at(-1) ?? path))));
}

/** The rows that are shown before somebody asks for all of them. */
export function essentials(groups: readonly SpecificationGroup[], swept: ReadonlySet<string>): SpecificationGroup[] {
  return groups
    .map((group) => ({
      ...group,
      rows: group.rows.filter(({ key, isDefault }) => !isDefault || ESSENTIAL.has(key) || swept.has(key)),
    }))
    .filter(({ rows }) => rows.length > 0);
}

function hyperparameterGroups(values: Record<string, unknown>, architecture: Architecture | undefined): SpecificationGroup[] {
  const known = architecture?.hyperparameters ?? Object.keys(values).map((name) => unknownParameter(name));
  const counts = values["epochs"] != null ? "epochs" : "steps";
  const shown = known.filter(
    ({ name }) => name in values && isRead(name, values) && (name === counts || (name !== "steps" && name !== "epochs")),
  );
  const names = [...new Set(shown.map(groupOf))].sort((a, b) => place(a) - place(b));
  return names.map((name) => ({
    title: name,
    rows: shown
      .filter((parameter) => groupOf(parameter) === name)
      .map((parameter) => ({
        key: parameter.name,
        label: parameterTitle(parameter),
        value: valueText(values[parameter.name], parameter),
        ...(parameter.help === undefined ? {} : { help: parameter.help }),
        isDefault: same(values[parameter.name], defaultOf(parameter, architecture)),
      })),
  }));
}

function judgingRows({ spec, checkpoints }: Described): SpecificationRow[] {
  const { early_stopping: early } = spec;
  const kept = checkpoints.strategy.map((one) => title(one).toLowerCase()).join(", ");
  return [
    fixed("evaluation", "Evaluation", `every ${spec.evaluation.every} steps`),
    {
      key: "early_stopping",
      label: "Early stopping",
      value: early === null ? "off" : `${metricTitle(early.metric)}, after ${early.patience} evaluations without a gain`,
      isDefault: early === null,
    },
    {
      key: "checkpoints",
      label: "Checkpoints",
      value: checkpoints.every === null ? kept : `${kept} (every ${checkpoints.every} steps, the last ${checkpoints.keep})`,
      isDefault: same(checkpoints.strategy, ["best_metric", "latest"]) && checkpoints.every === null,
    },
  ];
}

function hardwareRows({ hardware, limits }: Described): SpecificationRow[] {
  const devices = hardware.gpus > 1 ? `${hardware.gpus} × ${hardware.device}` : hardware.device;
  const rows = [
    { key: "device", label: "Device", value: devices === "auto" ? "automatic" : devices, isDefault: hardware.device === "auto" },
    {
      key: "precision",
      label: "Precision",
      value: hardware.precision === "auto" ? "automatic" : hardware.precision,
      isDefault: hardware.precision === "auto",
    },
  ];
  if (limits.minutes !== undefined) rows.push(fixed("minutes", "At most", `${limits.minutes} minutes`));
  if (limits.steps !== undefined) rows.push(fixed("limit_steps", "At most", `${limits.steps} steps`));
  return rows;
}

/** "Horizontal flip, Colour jitter (3 changed)": which transformations, by their titles. */
function augmentationText(augmentations: Run["spec"]["augmentations"], architecture: Architecture | undefined): string {
  const names = augmentations.map(({ name }) => architecture?.augmentations.find((one) => one.name === name)?.title ?? title(String(name)));
  return names.length === 0 ? "none" : names.join(", ");
}

function fixed(key: string, label: string, value: string): SpecificationRow {
  return { key, label, value, isDefault: false };
}

function defaultOf({ name, default: usual }: Parameter, architecture: Architecture | undefined): unknown {
  return architecture?.defaults.hyperparameters?.[name] ?? usual;
}

function groupOf({ group }: Parameter): string {
  return group ?? "Hyperparameters";
}

function place(group: string): number {
  const at = ORDER.indexOf(group);
  return at < 0 ? ORDER.length : at;
}

function unknownParameter(name: string): Parameter {
  return { name, type: "float", default: undefined };
}
