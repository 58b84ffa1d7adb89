/** One class in the evaluations that are compared, in their order; null where a model does not know the class. */
export interface ClassRow {
  key: string;
  name: string;
  color: string | null;
  values: (number | null)[];
  intervals: ([number, number] | null)[];
  /** To the one at `base`. */
  differences: (number | null)[];
}

export interface Judgement {
  classes: readonly { id: string | null; name: string; color: string | null; iou: number | null }[];
  intervals?: { per_class_iou?: Record<string, [number, number] | null> } | null | undefined;
}

/**
 * IoU by class of several evaluations, where they differ most first. Classes are the same by their id; the background
 * has none and goes by its name.
 */
export function classRows(evaluations: readonly (Judgement | undefined)[], base: number): ClassRow[] {
  const rows = new Map<string, ClassRow>();
  const empty = () => evaluations.map(() => null);
  evaluations.forEach((evaluation, at) => {
    for (const { id, name, color, iou } of evaluation?.classes ?? []) {
      const key = id ?? `name ${name}`;
      const row = rows.get(key) ?? { key, name, color, values: empty(), intervals: empty(), differences: empty() };
      row.values[at] = iou;
      row.intervals[at] = evaluation?.intervals?.per_class_iou?.[name] ?? null;
      rows.set(key, row);
    }
  });
  for (const row of rows.values()) {
    const against = row.values[base] ?? null;
    row.differences = row.values.map((value, at) => (at === base || value === null || against === null ? null : value - against));
  }
  return [...rows.values()].sort((a, b) => largest(b) - largest(a) || a.name.localeCompare(b.name));
}

/** The largest difference of a row; -1 of one without any, so that it comes last. */
export function largest({ differences }: Pick<ClassRow, "differences">): number {
  return Math.max(-1, ...differences.flatMap((value) => (value === null ? [] : Math.abs(value))));
}
