import type { ComparedField, ComparedMetric, Run } from "@/api/types";
import { title, valueText } from "@/features/training/model/wording";
import { inReadingOrder, kindOf, metricTitle } from "./charts";

export const MOST_COMPARED = 20;

/** Colours that tell up to twenty lines apart on white and on black. */
const COLORS = [
  "#0c8f7d", "#d9822b", "#3a78ab", "#c05a8e", "#7a5cc4", "#5f8a00", "#c9412f", "#39a9dd", "#9a6a3a", "#6f7d8c",
  "#2f9e44", "#e0559a", "#b08900", "#4c5fd7", "#00a3a3", "#a83fb5", "#e8743b", "#5b8f6b", "#8a7ad6", "#a1485c",
];

/** A colour for each run: its own wherever it is compared, unless two would share one. */
export function colorsOf(ids: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set<number>();
  const colors = new Map<string, string>();
  for (const id of [...ids].sort()) {
    let place = hash(id) % COLORS.length;
    while (taken.has(place) && taken.size < COLORS.length) place = (place + 1) % COLORS.length;
    taken.add(place);
    colors.set(id, COLORS[place] ?? "#888888");
  }
  return colors;
}

/** The ids in an address: known form, each once, not too many. */
export function readIds(search: URLSearchParams): string[] {
  const ids = (search.get("ids") ?? "").split(",").filter((id) => /^[0-9a-f-]{36}$/i.test(id));
  return [...new Set(ids)].slice(0, MOST_COMPARED);
}

/** The list with `id` in the place of `target`. */
export function movedTo(ids: readonly string[], id: string, target: string): string[] {
  const from = ids.indexOf(id);
  const to = ids.indexOf(target);
  if (from < 0 || to < 0 || from === to) return [...ids];
  const rest = ids.filter((one) => one !== id);
  return [...rest.slice(0, to), id, ...rest.slice(to)];
}

export interface Cell {
  text: string;
  /** Another value than the first run's. */
  differs: boolean;
}

export interface FieldRow {
  path: string;
  label: string;
  group: string;
  cells: Cell[];
  differs: boolean;
}

const GROUPS: [prefix: string, title: string][] = [
  ["hyperparameters.", "Hyperparameters"],
  ["augmentations", "Augmentations"],
  ["hardware.", "Hardware and limits"],
  ["limits.", "Hardware and limits"],
  ["evaluation.", "Evaluation and checkpoints"],
  ["early_stopping", "Evaluation and checkpoints"],
  ["checkpoints.", "Evaluation and checkpoints"],
];
const FIRST = "Data and model";
const LABELS: Record<string, string> = {
  "evaluation.every": "Evaluation every",
  workflow_version: "Workflow version",
  "limits.minutes": "At most minutes",
  "limits.steps": "At most steps",
  "checkpoints.strategy": "Checkpoints",
  "checkpoints.every": "Checkpoint every",
  "checkpoints.keep": "Checkpoints kept",
};

/** What the runs were told, in groups; `order` says which run stands in which column. */
export function fieldRows(
  fields: readonly ComparedField[],
  order: readonly number[],
  onlyDifferences: boolean,
  snapshotName: (id: string) => string,
): FieldRow[] {
  const groups = [FIRST, ...new Set(GROUPS.map(([, name]) => name))];
  return fields
    .filter(({ differs }) => differs || !onlyDifferences)
    .map(({ path, values, differs }) => {
      const ordered = order.map((index) => values[index] ?? null);
      const first = JSON.stringify(ordered[0]);
      return {
        path,
        label: labelOf(path),
        group: GROUPS.find(([prefix]) => path.startsWith(prefix))?.[1] ?? FIRST,
        differs,
        cells: ordered.map((value) => ({ text: textOf(path, value, snapshotName), differs: JSON.stringify(value) !== first })),
      };
    })
    .sort((a, b) => groups.indexOf(a.group) - groups.indexOf(b.group));
}

export interface MetricRow {
  name: string;
  label: string;
  values: (number | null)[];
  /** The column whose value is best, where there is a better. */
  best: number | null;
}

/** What came of the runs: validation first; the course of the rate and of the machine says nothing of a result. */
export function metricRows(metrics: readonly ComparedMetric[], order: readonly number[], which: "best" | "last"): MetricRow[] {
  return metrics
    .filter(({ name }) => !name.startsWith("system/") && name !== "train/learning_rate")
    .map(({ name, values, last, best }) => {
      const ordered = order.map((index) => (which === "best" ? values : last)[index] ?? null);
      const place = bestPlace(name, ordered, best !== null);
      return { name, label: metricTitle(name), values: ordered, best: place < 0 ? null : place };
    })
    .sort((a, b) => rank(a.name) - rank(b.name) || inReadingOrder(a.name, b.name));
}

/** Columns from the best to the worst of a metric; those without a value come last. */
export function orderBy(row: MetricRow, ids: readonly string[]): string[] {
  const sign = lowerIsBetter(row.name) ? 1 : -1;
  const value = (id: string) => row.values[ids.indexOf(id)] ?? null;
  return [...ids].sort((a, b) => {
    const [one, other] = [value(a), value(b)];
    if (one === null || other === null) return Number(one === null) - Number(other === null);
    return (one - other) * sign;
  });
}

/** The table as it is on screen, for a spreadsheet. */
export function toCsv(runs: readonly Pick<Run, "id" | "name">[], metrics: readonly MetricRow[], fields: readonly FieldRow[]): string {
  const rows = [
    ["", ...runs.map(({ name }) => name)],
    ["id", ...runs.map(({ id }) => id)],
    ...metrics.map(({ name, values }) => [name, ...values.map((value) => (value === null ? "" : String(value)))]),
    ...fields.map(({ path, cells }) => [path, ...cells.map(({ text }) => text)]),
  ];
  return `${rows.map((row) => row.map(quoted).join(",")).join("\r\n")}\r\n`;
}

/** A cell as CSV; what a spreadsheet would run as a formula is text. */
function quoted(text: string): string {
  const safe = /^[=@\t\r]|^[+-](?!\d|\.)/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function bestPlace(name: string, values: readonly (number | null)[], hasBetter: boolean): number {
  const known = values.filter((value) => value !== null);
  // Where all did the same nobody is best.
  if (!hasBetter || (known.length > 1 && new Set(known).size === 1)) return -1;
  return values.indexOf(lowerIsBetter(name) ? Math.min(...known) : Math.max(...known));
}

function lowerIsBetter(name: string): boolean {
  return kindOf(name) === "loss";
}

function rank(name: string): number {
  if (name.startsWith("val/iou/")) return 2;
  if (name.startsWith("val/")) return name === "val/loss" ? 1 : 0;
  return 3;
}

function labelOf(path: string): string {
  const known = LABELS[path];
  if (known !== undefined) return known;
  const parts = path.split(".").filter((part) => part !== "hyperparameters" && part !== "augmentations" && part !== "hardware");
  return parts.map((part, index) => (index === 0 ? title(part) : title(part).toLowerCase())).join(", ");
}

function textOf(path: string, value: unknown, snapshotName: (id: string) => string): string {
  if (value === null) return path.startsWith("hyperparameters.") ? "automatic" : "–";
  if (path === "snapshot") return snapshotName(String(value));
  if (path === "input_size" && Array.isArray(value)) return value.join(" × ");
  if (path === "augmentations" && Array.isArray(value)) return value.map((one) => title(String((one as { name?: string }).name ?? one))).join(", ");
  if (Array.isArray(value)) return value.map((one) => valueText(one)).join(", ");
  return typeof value === "string" && path.startsWith("hyperparameters.") ? title(value) : valueText(value);
}

function hash(text: string): number {
  let value = 0;
  for (const character of text) value = (value * 31 + character.charCodeAt(0)) | 0;
  return value >>> 0;
}
