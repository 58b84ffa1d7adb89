import { predictedPixels } from "./confusion";
import { intervalOf } from "./headline";

export interface ClassRow {
  index: number;
  name: string;
  color: string | null;
  iou: number | null;
  interval: readonly [number, number] | null;
  f1: number | null;
  /** Null where nothing was taken for the class: a precision of nothing says nothing. */
  precision: number | null;
  /** Null where the class is not in the truth. */
  recall: number | null;
  boundary_f1: number | null;
  ap: number | null;
  pq: number | null;
  support: number;
}

export type Key = keyof Omit<ClassRow, "color" | "interval">;

type Given = Pick<ClassRow, "index" | "name" | "iou" | "f1" | "precision" | "recall" | "support"> & {
  color: string | null;
  boundary_f1?: number | null;
  ap?: number | null;
  pq?: number | null;
};

interface Measured {
  classes: readonly Given[];
  confusion_matrix: { labels: readonly string[]; counts: readonly (readonly number[])[] };
  intervals: { per_class_iou: Record<string, unknown> } | null;
}

export function classRows({ classes, confusion_matrix, intervals }: Measured): ClassRow[] {
  const predicted = predictedPixels(confusion_matrix.labels, confusion_matrix.counts);
  return classes.map((one) => ({
    ...one,
    interval: intervalOf(intervals?.per_class_iou[one.name]),
    precision: predicted.get(one.name) === 0 ? null : one.precision,
    recall: one.support === 0 ? null : one.recall,
    boundary_f1: one.boundary_f1 ?? null,
    ap: one.ap ?? null,
    pq: one.pq ?? null,
  }));
}

/** By one column; what has no value there comes last, whichever way. */
export function sortRows(rows: readonly ClassRow[], key: Key, descending: boolean): ClassRow[] {
  return [...rows].sort((a, b) => {
    const [one, other] = [a[key], b[key]];
    if (one === null || other === null) return Number(one === null) - Number(other === null);
    const order = typeof one === "string" ? one.localeCompare(String(other)) : one - Number(other);
    return descending ? -order : order;
  });
}
