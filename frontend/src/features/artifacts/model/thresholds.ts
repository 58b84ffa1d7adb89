export interface CurvePoint {
  threshold: number;
  /** Null where nothing is that sure: a precision of nothing says nothing. */
  precision: number | null;
  recall: number | null;
  f1: number | null;
}

export interface ClassCurve {
  index: number;
  id: string;
  name: string;
  color: string | null;
  average_precision: number | null;
  best: { threshold: number; f1: number } | null;
  chosen: number | null;
  points: readonly CurvePoint[];
}

/** Thresholds by class id; null where the class has none. */
export type Draft = Readonly<Record<string, number | null>>;

export function savedOf(classes: readonly ClassCurve[]): Draft {
  return Object.fromEntries(classes.map(({ id, chosen }) => [id, chosen]));
}

/** The best F1 of every class that has one; the others keep what they have. */
export function bestOf(classes: readonly ClassCurve[]): Draft {
  return Object.fromEntries(classes.map(({ id, best, chosen }) => [id, best?.threshold ?? chosen]));
}

/** What differs from what is saved. */
export function changesOf(draft: Draft, saved: Draft): Draft {
  return Object.fromEntries(Object.entries(draft).filter(([id, value]) => value !== (saved[id] ?? null)));
}

/** What holds at a threshold: the measured point that lies nearest. Points lie by rising threshold. */
export function pointAt(points: readonly CurvePoint[], threshold: number): CurvePoint | null {
  let nearest: CurvePoint | null = null;
  for (const point of points) {
    if (nearest === null || Math.abs(point.threshold - threshold) < Math.abs(nearest.threshold - threshold)) nearest = point;
  }
  return nearest;
}

export type Place = readonly [x: number, y: number];

/** Precision over recall, from the surest threshold on; points without one are left out. */
export function precisionRecall(points: readonly CurvePoint[]): Place[] {
  return points.flatMap(({ precision, recall }) => (precision === null || recall === null ? [] : [[recall, precision] as const])).reverse();
}

/** One value over the threshold. */
export function overThreshold(points: readonly CurvePoint[], key: "precision" | "recall" | "f1"): Place[] {
  return points.flatMap((point) => (point[key] === null ? [] : [[point.threshold, point[key]] as const]));
}
