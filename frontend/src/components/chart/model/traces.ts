/** One line of a chart: rising x, a value at each, no gaps. */
export interface Trace {
  xs: readonly number[];
  ys: readonly number[];
}

export type Range = readonly [low: number, high: number];

const EMPTY: Trace = { xs: [], ys: [] };

export function traceOf(xs: readonly number[], column: readonly (number | null)[] | undefined): Trace {
  if (!column) return EMPTY;
  const trace = { xs: [] as number[], ys: [] as number[] };
  for (let row = 0; row < column.length; row += 1) {
    const x = xs[row];
    const y = column[row];
    if (x === undefined || y == null) continue;
    trace.xs.push(x);
    trace.ys.push(y);
  }
  return trace;
}

/**
 * What can be seen of a trace: the points inside the range and one beyond each end, and of these at most the lowest and
 * the highest of each bucket, so that a spike is never lost and a long run draws as fast as a short one.
 */
export function thin({ xs, ys }: Trace, [low, high]: Range, buckets: number): Trace {
  const from = Math.max(0, firstAtLeast(xs, low) - 1);
  const to = Math.min(xs.length, firstAtLeast(xs, high) + 2);
  if (to - from <= buckets * 2) return { xs: xs.slice(from, to), ys: ys.slice(from, to) };
  const kept = { xs: [] as number[], ys: [] as number[] };
  const keep = (row: number) => {
    const x = xs[row];
    const y = ys[row];
    if (x === undefined || y === undefined || kept.xs.at(-1) === x) return;
    kept.xs.push(x);
    kept.ys.push(y);
  };
  keep(from);
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    const start = from + Math.floor(((to - from) * bucket) / buckets);
    const end = from + Math.floor(((to - from) * (bucket + 1)) / buckets);
    const [least, most] = extremes(ys, start, end);
    keep(Math.min(least, most));
    keep(Math.max(least, most));
  }
  keep(to - 1);
  return kept;
}

/** Rows for the chart: every x that a trace has, then a row a trace with null where it has none. */
export function join(traces: readonly Trace[]): [number[], ...(number | null)[][]] {
  const [only] = traces;
  if (only && traces.length === 1) return [[...only.xs], [...only.ys]];
  const xs = [...new Set(traces.flatMap((trace) => trace.xs as number[]))].sort((a, b) => a - b);
  const rows = traces.map((trace) => {
    let next = 0;
    return xs.map((x) => (trace.xs[next] === x ? (trace.ys[next++] ?? null) : null));
  });
  return [xs, ...rows];
}

/** The column next to `start` that has a value, the nearer one first; null where the row is empty. */
export function nearestValue(row: ArrayLike<number | null | undefined>, start: number): number | null {
  for (let distance = 0; distance < row.length; distance += 1) {
    if (row[start - distance] != null) return start - distance;
    if (row[start + distance] != null) return start + distance;
  }
  return null;
}

/** Whether the row has a value at or before the column, and one at or behind it. */
export function isBetweenValues(row: ArrayLike<number | null | undefined>, column: number): boolean {
  let before = column;
  while (before >= 0 && row[before] == null) before -= 1;
  let behind = column;
  while (behind < row.length && row[behind] == null) behind += 1;
  return before >= 0 && behind < row.length;
}

/** The range that holds all of these; [0, 1] of nothing. */
export function extentOf(all: readonly (readonly number[])[]): Range {
  const some = all.filter((xs) => xs.length > 0);
  if (some.length === 0) return [0, 1];
  return [Math.min(...some.map((xs) => xs[0] ?? 0)), Math.max(...some.map((xs) => xs.at(-1) ?? 0))];
}

function firstAtLeast(xs: readonly number[], x: number): number {
  let low = 0;
  let high = xs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((xs[middle] ?? 0) < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

function extremes(ys: readonly number[], start: number, end: number): [number, number] {
  let least = start;
  let most = start;
  for (let row = start + 1; row < end; row += 1) {
    const y = ys[row] ?? 0;
    if (y < (ys[least] ?? 0)) least = row;
    if (y > (ys[most] ?? 0)) most = row;
  }
  return [least, most];
}
