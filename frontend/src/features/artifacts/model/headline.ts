/** What a headline is made of; an evaluation has it. */
interface Measured {
  miou: number;
  f1: number;
  precision: number;
  recall: number;
  pixel_accuracy: number;
  frequency_weighted_iou: number;
  boundary_f1: number | null;
  loss: number | null;
  map?: number | null;
  map50?: number | null;
  map75?: number | null;
  map_small?: number | null;
  map_medium?: number | null;
  map_large?: number | null;
  pq?: number | null;
  sq?: number | null;
  rq?: number | null;
  calibration: { ece: number | null };
  intervals: Record<string, unknown> | null;
}

export interface Number {
  name: string;
  title: string;
  text: string;
  /** "± 1.2", or "" where it has no interval. */
  spread: string;
  low: string;
  high: string;
  interval: { value: number; low: number; high: number } | null;
}

/** Models of objects are judged by their objects first. */
const OF_OBJECTS = [
  ["pq", "Panoptic quality"],
  ["sq", "Segment quality"],
  ["rq", "Recognition"],
  ["map", "Mask AP"],
  ["map50", "AP at IoU 0.5"],
  ["map75", "AP at IoU 0.75"],
  ["map_small", "AP, small"],
  ["map_medium", "AP, medium"],
  ["map_large", "AP, large"],
] as const;
const OF_PIXELS = [
  ["miou", "Mean IoU"],
  ["f1", "F1 (Dice)"],
  ["precision", "Precision"],
  ["recall", "Recall"],
  ["pixel_accuracy", "Pixel accuracy"],
  ["frequency_weighted_iou", "Weighted IoU"],
  ["boundary_f1", "Boundary F1"],
] as const;

/** The numbers to show, in their order: of objects only where there are any. */
export function headline(evaluation: Measured): Number[] {
  const objects = OF_OBJECTS.flatMap(([name, title]) => (evaluation[name] === undefined ? [] : [share(evaluation, name, title, evaluation[name])]));
  const pixels = OF_PIXELS.map(([name, title]) => share(evaluation, name, title, evaluation[name]));
  const ece = share(evaluation, "ece", "Calibration error", evaluation.calibration.ece);
  return [...objects, ...pixels, ece, { ...NOTHING, name: "loss", title: "Loss", text: evaluation.loss === null ? "–" : evaluation.loss.toPrecision(3) }];
}

const NOTHING = { spread: "", low: "", high: "", interval: null };

function share({ intervals }: Measured, name: string, title: string, value: number | null | undefined): Number {
  const text = percent(value ?? null);
  const found = intervalOf(intervals?.[name]);
  if (value == null || !found) return { ...NOTHING, name, title, text };
  const [low, high] = found;
  return { name, title, text, spread: `± ${(((high - low) / 2) * 100).toFixed(1)}`, low: percent(low), high: percent(high), interval: { value, low, high } };
}

/** Two numbers, or null. */
export function intervalOf(given: unknown): readonly [number, number] | null {
  return Array.isArray(given) && typeof given[0] === "number" && typeof given[1] === "number" ? [given[0], given[1]] : null;
}

function percent(value: number | null): string {
  return value === null ? "–" : `${(value * 100).toFixed(1)} %`;
}
