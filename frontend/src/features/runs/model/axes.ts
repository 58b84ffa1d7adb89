import type { Curves } from "./curves";

export type Axis = "step" | "epoch" | "time";

/** Longer than this between two points, or this many times the usual, and the run was not at work in between. */
const LONGEST_PAUSE = 600;
const USUAL = 50;

/** Where each row of the curves stands on an axis. Time counts the seconds at work from the first point on. */
export function positions(curves: Curves, axis: Axis): readonly number[] {
  if (axis === "step") return curves.steps;
  if (axis === "epoch") return curves.epochs;
  const known = clocks.get(curves);
  if (known?.rows === curves.times.length && known.last === curves.times.at(-1)) return known.elapsed;
  const elapsed = workingTime(curves.times);
  clocks.set(curves, { rows: curves.times.length, last: curves.times.at(-1), elapsed });
  return elapsed;
}

/** Every line of every chart asks for the time of the same rows. */
const clocks = new WeakMap<Curves, { rows: number; last: number | undefined; elapsed: number[] }>();

/** A run that was stopped for a night shows no gap: a pause counts as one usual step. */
function workingTime(times: readonly number[]): number[] {
  const gaps = times.slice(1).map((time, row) => Math.max(0, time - (times[row] ?? time)));
  const usual = [...gaps].sort((a, b) => a - b)[gaps.length >> 1] ?? 0;
  const longest = Math.max(LONGEST_PAUSE, usual * USUAL);
  let elapsed = 0;
  return times.map((_, row) => {
    const gap = row === 0 ? 0 : (gaps[row - 1] ?? 0);
    elapsed += gap > longest ? usual : gap;
    return elapsed;
  });
}
