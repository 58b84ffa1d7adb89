import type { FieldForm, SweepForm } from "./form";

/** Values of a range with so many points, both ends included; whole numbers each once. */
export function pointsOf({ min, max, scale, points }: FieldForm, whole: boolean): number[] {
  if (min === "" || max === "" || points === "" || points < 1 || min >= max || (scale === "log" && min <= 0)) return [];
  const place = (share: number) => (scale === "log" ? min * (max / min) ** share : min + (max - min) * share);
  const all = Array.from({ length: points }, (_, index) => place(points === 1 ? 0 : index / (points - 1)));
  const rounded = all.map((value) => (whole ? Math.round(value) : Number(value.toPrecision(6))));
  return [...new Set(rounded)];
}

/** How many values a field takes in a grid. */
export function valueCount(field: FieldForm, whole: boolean): number {
  return field.kind === "values" ? new Set(field.values).size : pointsOf(field, whole).length;
}

/** How many combinations a grid has, whatever the limit. */
export function combinations(fields: readonly FieldForm[], isWhole: (path: string) => boolean): number {
  if (fields.length === 0) return 0;
  return fields.reduce((product, field) => product * valueCount(field, isWhole(field.path)), 1);
}

/** How many runs a sweep makes: a grid all of its combinations, the others as many as asked for and as there are. */
export function runCount(form: Pick<SweepForm, "method" | "fields" | "maxRuns">, isWhole: (path: string) => boolean): number {
  if (form.fields.length === 0) return 0;
  if (form.method === "grid") return combinations(form.fields, isWhole);
  const different = form.fields.reduce((product, field) => product * differentValues(field, isWhole(field.path)), 1);
  return Math.min(form.maxRuns === "" ? 0 : form.maxRuns, different);
}

/** How many values a draw can find for a field; a range of numbers with a comma never ends. */
function differentValues(field: FieldForm, whole: boolean): number {
  if (field.kind === "values") return new Set(field.values).size;
  if (field.min === "" || field.max === "" || field.min >= field.max) return 0;
  return whole ? Math.floor(field.max) - Math.ceil(field.min) + 1 : Infinity;
}

export interface Rung {
  trials: number;
  /** Steps at the end of this rung. */
  steps: number;
}

/** The rounds of successive halving: all runs train a little, the best of them on and on. */
export function rungsOf(trials: number, total: number, factor: number, first: number): Rung[] {
  if (trials < 1 || total < 1 || factor < 2 || first < 1) return [];
  const rungs: Rung[] = [];
  let left = trials;
  let steps = Math.min(first, total);
  for (;;) {
    rungs.push({ trials: left, steps });
    if (steps >= total) return rungs;
    left = Math.max(1, Math.floor(left / factor));
    steps = Math.min(total, steps * factor);
  }
}

/** Steps trained in all of it. */
export function rungCost(rungs: readonly Rung[]): number {
  return rungs.reduce((sum, { trials, steps }, index) => sum + trials * (steps - (rungs[index - 1]?.steps ?? 0)), 0);
}

/** Where halving starts when nobody says: so that the last rung is the whole run. */
export function usualFirstSteps(trials: number, total: number, factor: number): number {
  const rounds = Math.max(1, Math.floor(Math.log(Math.max(1, trials)) / Math.log(factor) + 1e-9));
  return Math.max(1, Math.ceil(total / factor ** rounds));
}
