import type { Trial } from "@/api/types";
import { evenTicks, logTicks } from "@/components/chart/model/ticks";
import { trialText } from "./values";

export interface PlotAxis {
  key: string;
  /** Where a value stands, 0 at the bottom, 1 at the top; null where it has no place. */
  place: (value: unknown) => number | null;
  ticks: { at: number; text: string }[];
}

const WIDE = 50;
const FEW = 5;

/** An axis for what these trials were given: numbers by size (by logarithm where they span much), the rest as a list. */
export function axisOf(key: string, values: readonly unknown[], text: (value: unknown) => string = trialText, isLog = false): PlotAxis {
  const known = values.filter((value) => value !== null && value !== undefined);
  if (known.length > 0 && known.every((value) => typeof value === "number")) return numberAxis(key, known, text, isLog);
  const names = [...new Set(known.map((value) => JSON.stringify(value)))].sort();
  const at = (index: number) => (names.length === 1 ? 0.5 : index / (names.length - 1));
  return {
    key,
    place: (value) => {
      const index = names.indexOf(JSON.stringify(value));
      return index < 0 ? null : at(index);
    },
    ticks: names.map((name, index) => ({ at: at(index), text: text(JSON.parse(name)) })),
  };
}

function numberAxis(key: string, values: readonly number[], text: (value: unknown) => string, wanted: boolean): PlotAxis {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (low === high) return { key, place: (value) => (typeof value === "number" ? 0.5 : null), ticks: [{ at: 0.5, text: text(low) }] };
  const isLog = low > 0 && (wanted || high / low >= WIDE);
  const scale = (value: number) => (isLog ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low));
  const distinct = [...new Set(values)];
  const marks = distinct.length <= FEW ? distinct : isLog ? logTicks(low, high) : evenTicks(low, high, 6);
  return {
    key,
    place: (value) => (typeof value === "number" ? scale(value) : null),
    ticks: marks.map((value) => ({ at: scale(value), text: text(value) })),
  };
}

/** The fields in which these trials differ; all of them where they differ in none. */
export function variedIn(trials: readonly Trial[], paths: readonly string[]): string[] {
  const varied = paths.filter((path) => new Set(trials.map(({ trial }) => JSON.stringify(trial[path]))).size > 1);
  return varied.length > 0 ? varied : [...paths];
}

/** What every trial was given, by path; those that some have and others do not are there, too. */
export function pathsOf(trials: readonly Trial[]): string[] {
  return [...new Set(trials.flatMap(({ trial }) => Object.keys(trial)))];
}

/** The trials from the best value to the worst, those without one at the end in their old order. */
export function ranked<T extends Pick<Trial, "value">>(trials: readonly T[], lowerIsBetter: boolean): T[] {
  return [...trials].sort((a, b) => {
    if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
    return lowerIsBetter ? a.value - b.value : b.value - a.value;
  });
}

export function lowerIsBetter(metric: string): boolean {
  return metric.endsWith("loss");
}
