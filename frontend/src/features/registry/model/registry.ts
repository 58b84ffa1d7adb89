export const ROLES = ["champion", "challenger"] as const;
export type Role = (typeof ROLES)[number];

export type Interval = [low: number, high: number];

/** A metric that a model may be judged by; `lower` where less is better. */
export interface Metric {
  name: string;
  title: string;
  short: string;
  lower?: boolean;
}

export const METRICS: readonly Metric[] = [
  { name: "pq", title: "Panoptic quality", short: "PQ" },
  { name: "map", title: "Mask AP", short: "Mask AP" },
  { name: "miou", title: "Mean IoU", short: "mIoU" },
  { name: "f1", title: "F1 (Dice)", short: "F1" },
  { name: "precision", title: "Precision", short: "Precision" },
  { name: "recall", title: "Recall", short: "Recall" },
  { name: "pixel_accuracy", title: "Pixel accuracy", short: "Pixel accuracy" },
  { name: "frequency_weighted_iou", title: "Frequency-weighted IoU", short: "fwIoU" },
  { name: "boundary_f1", title: "Boundary F1", short: "Boundary F1" },
  { name: "ece", title: "Calibration error (ECE)", short: "ECE", lower: true },
];
/** What the table has columns for, where any model has a value. */
export const COLUMNS = ["pq", "map", "miou", "f1", "boundary_f1", "ece"];

/** Those that a single class has, too; of a class "miou" is its IoU. */
export const CLASS_METRICS = ["miou", "f1", "precision", "recall", "boundary_f1"];

export const metricOf = (name: string): Metric => METRICS.find((metric) => metric.name === name) ?? { name, title: name, short: name };

export interface Measured {
  metrics: Record<string, number | null> | null;
  intervals: Record<string, Interval | null> | null;
}

export function valueOf({ metrics }: Measured, metric: string): number | null {
  return metrics?.[metric] ?? null;
}

export function intervalOf({ intervals }: Measured, metric: string): Interval | null {
  const found = intervals?.[metric];
  return Array.isArray(found) ? found : null;
}

/** The scale that intervals of one column are drawn on: from the least to the most of them, with a little room. */
export function domainOf(rows: readonly Measured[], metric: string): Interval | null {
  const ends = rows.flatMap((row) => {
    const value = valueOf(row, metric);
    return value === null ? [] : [value, ...(intervalOf(row, metric) ?? [])];
  });
  if (ends.length === 0) return null;
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const room = Math.max((high - low) * 0.08, 0.005);
  return [low - room, high + room];
}

/** Which of the values is best; -1 where none is known or all are the same. */
export function bestOf(values: readonly (number | null)[], lower = false): number {
  const known = values.flatMap((value) => value ?? []);
  if (known.length === 0 || known.every((value) => value === known[0])) return -1;
  return values.indexOf(lower ? Math.min(...known) : Math.max(...known));
}

export type Verdict = "better" | "worse" | "unclear" | "unknown";

/**
 * Whether a value is better than another beyond doubt: where their intervals do not meet. Intervals that do meet can
 * still hide a difference, so that "unclear" is not "the same".
 */
export function verdict(row: Measured, base: Measured, metric: Metric): Verdict {
  const [value, against] = [valueOf(row, metric.name), valueOf(base, metric.name)];
  if (value === null || against === null) return "unknown";
  const [mine, its] = [intervalOf(row, metric.name), intervalOf(base, metric.name)];
  if (mine === null || its === null || (mine[0] <= its[1] && its[0] <= mine[1])) return "unclear";
  return value > against === (metric.lower !== true) ? "better" : "worse";
}

/** "+1.2", "−0.4", "±0.0": a difference of shares in percentage points. */
export function points(difference: number | null): string {
  if (difference === null) return "–";
  const text = Math.abs(difference * 100).toFixed(1);
  if (text === "0.0") return "±0.0";
  return `${difference > 0 ? "+" : "−"}${text}`;
}

export interface GateState {
  id: string;
  name: string;
  passed: boolean | null;
  value: number | null;
  minimum: number;
}

/** All gates together: failed where one is, unknown where one is not evaluated. */
export function together(gates: readonly GateState[]): "none" | "passed" | "failed" | "unknown" {
  if (gates.length === 0) return "none";
  if (gates.some(({ passed }) => passed === false)) return "failed";
  return gates.every(({ passed }) => passed === true) ? "passed" : "unknown";
}

/** What a change of role does to others, in words; of a champion it says who it was before. */
export function roleSentence(role: Role | null, name: string, champion: string | null): string {
  if (role === null) return `${name} has no role any more.`;
  if (role === "challenger") return `${name} is named as what might become champion.`;
  if (champion === null) return `${name} becomes this project's champion: the model that others are held against.`;
  return `${name} replaces ${champion} as champion. ${champion} stays, without a role. Deployments go on serving what they serve.`;
}

const IMAGES: Record<string, string> = { val: "validation", test: "test", train: "training" };

/** What a gate has against a model, in one sentence; `value` is null where the model was not judged there. */
export function gateSentence(gate: { metric: string; class: { name: string } | null; split: string; minimum: number }, value: number | null, snapshot: string): string {
  const metric = gate.class === null ? metricOf(gate.metric).title : `${gate.metric === "miou" ? "IoU" : metricOf(gate.metric).title} of ${gate.class.name}`;
  const where = `the ${IMAGES[gate.split] ?? gate.split} images of ${snapshot}`;
  const least = `at least ${share(gate.minimum)}`;
  if (value === null) return `${metric} on ${where} has to be ${least}, and was never measured there.`;
  return `${metric} on ${where} has to be ${least}, and is ${share(value)}.`;
}

/** Cut, not rounded: what misses a gate by little does not read as what passes it. */
function share(value: number): string {
  return `${Math.floor(Number((value * 1e4).toFixed(6))) / 100} %`;
}
