import { extentOf, join, type Range, thin, type Trace, traceOf } from "@/components/chart/model/traces";
import { type Axis, positions } from "./axes";
import { scaleOf } from "./charts";
import { type Curves, smooth } from "./curves";

/** How curves are looked at, the same for every chart of a page. */
export interface View {
  axis: Axis;
  /** 0 shows values as they are, towards 1 an ever longer moving average. */
  weight: number;
  logarithmic: boolean;
  zoom: Range | null;
}

export const PLAIN_VIEW: View = { axis: "step", weight: 0, logarithmic: false, zoom: null };
const BUCKETS = 700;

export interface Source {
  curves: Curves;
  key: string;
}

export interface Drawn {
  data: [number[], ...(number | null)[][]];
  /** Which of the sources have a pale line behind them, in order; their rows come first. */
  ghosts: number[];
}

/** Validation comes seldom and counts as it is; everything else is smoothed. */
export function isSmoothed(key: string, weight: number): boolean {
  return weight > 0 && !key.startsWith("val/");
}

/** Rows for a chart of these metrics: first the pale ones of smoothed lines, then one for each source. */
export function draw(sources: readonly Source[], view: View, range: Range): Drawn {
  const raw = sources.map(({ curves, key }) => visible(traceOf(positions(curves, view.axis), curves.columns.get(key)), key, view));
  const ghosts = sources.flatMap(({ key }, index) => (isSmoothed(key, view.weight) ? [index] : []));
  const pale = ghosts.map((index) => thin(raw[index] ?? { xs: [], ys: [] }, range, BUCKETS));
  const lines = sources.map(({ key }, index) => {
    const trace = raw[index] ?? { xs: [], ys: [] };
    const shown = isSmoothed(key, view.weight) ? { xs: trace.xs, ys: smooth(trace.ys, view.weight) } : trace;
    return thin(shown, range, BUCKETS);
  });
  return { data: join([...pale, ...lines]), ghosts };
}

/** The whole x axis of these curves. */
export function wholeRange(all: readonly Curves[], axis: Axis): Range {
  return extentOf(all.map((curves) => positions(curves, axis)));
}

/** Where a step stands on the axis; null where nothing was logged by then. */
export function positionOf(curves: Curves, axis: Axis, step: number): number | null {
  const row = curves.steps.findLastIndex((known) => known <= step);
  return positions(curves, axis)[row] ?? null;
}

function visible(trace: Trace, key: string, { logarithmic }: View): Trace {
  const scale = scaleOf(key);
  const scaled = scale === 1 ? trace : { xs: trace.xs, ys: trace.ys.map((y) => y * scale) };
  if (!logarithmic || scaled.ys.every((y) => y > 0)) return scaled;
  const rows = scaled.ys.flatMap((y, row) => (y > 0 ? [row] : []));
  return { xs: rows.map((row) => scaled.xs[row] ?? 0), ys: rows.map((row) => scaled.ys[row] ?? 0) };
}
