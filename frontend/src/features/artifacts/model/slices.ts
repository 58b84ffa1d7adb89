export interface Slice {
  value: string;
  title: string;
  count: number;
  metric: number | null;
  interval: readonly [number, number] | null;
  /** To the rest. */
  difference: number | null;
  p: number | null;
  significant: boolean;
  /** Filters of the list of images that leave just these; null where no filters say it. */
  filters: Readonly<Record<string, string>> | null;
}

export interface Dimension {
  name: string;
  title: string;
  unit: "images" | "objects";
  slices: readonly Slice[];
}

export interface Placed {
  dimension: Dimension;
  slice: Slice;
}

/** Those that are worse beyond chance, the worst first. */
export function significantOf(dimensions: readonly Dimension[]): Placed[] {
  return dimensions
    .flatMap((dimension) => dimension.slices.filter(({ significant }) => significant).map((slice) => ({ dimension, slice })))
    .sort((a, b) => (a.slice.difference ?? 0) - (b.slice.difference ?? 0));
}

/** Dimensions with a significant slice first, then in their order. Slices stay as they are: they may be ranges. */
export function ordered(dimensions: readonly Dimension[]): Dimension[] {
  const rank = ({ slices }: Dimension) => (slices.some(({ significant }) => significant) ? 0 : 1);
  return [...dimensions].filter(({ slices }) => slices.length > 0).sort((a, b) => rank(a) - rank(b));
}

const TENTH = 0.1;

/** What the axis of dots spans: the tenths around all of them, their intervals and what they are held against. */
export function domainOf(slices: readonly Slice[], reference: number | null = null): [low: number, high: number] {
  const dots = slices.flatMap(({ metric, interval }) => [...(metric === null ? [] : [metric]), ...(interval ?? [])]);
  const values = dots.length === 0 || reference === null ? dots : [...dots, reference];
  if (values.length === 0) return [0, 1];
  const low = Math.max(0, Math.floor(Math.min(...values) / TENTH + 1e-9) * TENTH);
  const high = Math.min(1, Math.ceil(Math.max(...values) / TENTH - 1e-9) * TENTH);
  return high - low >= TENTH * 1.5 ? [low, high] : [Math.max(0, low - TENTH), Math.min(1, high + TENTH)];
}

/** Ticks of such an axis: every tenth, or every fifth of the whole where these are many. */
export function domainTicks([low, high]: readonly [number, number]): number[] {
  const step = high - low > 0.55 ? 2 * TENTH : TENTH;
  const ticks: number[] = [];
  for (let index = Math.ceil(low / step - 1e-9); index * step <= high + 1e-9; index += 1) ticks.push(Number((index * step).toFixed(2)));
  return ticks;
}

/** "−4.2": percentage points, with a true minus. */
export function points(difference: number): string {
  const text = Math.abs(difference * 100).toFixed(1);
  if (text === "0.0") return "±0.0";
  return `${difference < 0 ? "−" : "+"}${text}`;
}

/** A probability as it is told: "p < 0.001". */
export function chance(p: number): string {
  return p < 0.001 ? "p < 0.001" : `p = ${p.toFixed(3)}`;
}
