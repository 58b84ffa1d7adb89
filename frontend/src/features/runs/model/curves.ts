import type { MetricPoint } from "@/api/types";

/** A run's metrics by column, in order of steps: what charts want, cheap to append to. */
export interface Curves {
  steps: number[];
  epochs: number[];
  /** Seconds since the epoch at which each step was logged. */
  times: number[];
  columns: Map<string, (number | null)[]>;
}

type Point = Pick<MetricPoint, "step" | "epoch" | "time" | "values">;

export function emptyCurves(): Curves {
  return { steps: [], epochs: [], times: [], columns: new Map() };
}

/**
 * Takes points in, in any order and any number of times: a step that is known gets the newer values, so that a
 * replay after a reconnect leaves no seam and no doubles. Changes `curves` in place; true if anything changed.
 */
export function addPoints(curves: Curves, points: readonly Point[]): boolean {
  let changed = false;
  for (const { step, epoch, time, values } of points) {
    const row = rowOf(curves, step);
    curves.epochs[row] = epoch;
    curves.times[row] = Date.parse(time) / 1000;
    for (const [name, value] of Object.entries(values)) {
      const column = columnOf(curves, name);
      if (column[row] === value) continue;
      column[row] = Number.isFinite(value) ? value : null;
      changed = true;
    }
  }
  return changed;
}

/** The last step that is known; a reconnect asks for what is behind it. */
export function lastStep(curves: Curves): number | null {
  return curves.steps.at(-1) ?? null;
}

export function latest(curves: Curves, name: string): number | null {
  return curves.columns.get(name)?.findLast((value) => value !== null) ?? null;
}

function rowOf({ steps, epochs, times, columns }: Curves, step: number): number {
  let low = 0;
  let high = steps.length;
  if (high > 0 && step > (steps[high - 1] ?? 0)) low = high;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((steps[middle] ?? 0) < step) low = middle + 1;
    else high = middle;
  }
  if (steps[low] !== step) {
    steps.splice(low, 0, step);
    epochs.splice(low, 0, 0);
    times.splice(low, 0, 0);
    for (const column of columns.values()) column.splice(low, 0, null);
  }
  return low;
}

function columnOf({ steps, columns }: Curves, name: string): (number | null)[] {
  let column = columns.get(name);
  if (!column) {
    column = new Array<number | null>(steps.length).fill(null);
    columns.set(name, column);
  }
  return column;
}

/** Exponential moving average that starts unbiased. */
export function smooth(values: readonly number[], weight: number): number[] {
  let average = 0;
  let mass = 0;
  return values.map((value) => {
    average = average * weight + value * (1 - weight);
    mass = mass * weight + (1 - weight);
    return average / mass;
  });
}
