/** A metric under one corruption, at rising severity. */
export interface Corruption {
  name: string;
  title: string;
  values: readonly (number | null)[];
}

/** What the model is and costs at one size of its input. */
export interface SizePoint {
  size: readonly [height: number, width: number];
  value: number | null;
  milliseconds: number | null;
  /** The size that it was trained at. */
  own: boolean;
}

export interface Fall {
  /** Mean over the severities. */
  mean: number | null;
  /** What the corruption costs on average: the mean less the clean value. */
  difference: number | null;
  /** At the highest severity that was measured. */
  worst: number | null;
}

export function fallOf({ values }: Pick<Corruption, "values">, clean: number | null): Fall {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return { mean: null, difference: null, worst: null };
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  return { mean, difference: clean === null ? null : mean - clean, worst: known.at(-1) ?? null };
}

/** What harms most first. */
export function byHarm(corruptions: readonly Corruption[]): Corruption[] {
  const mean = (one: Corruption) => fallOf(one, null).mean ?? Infinity;
  return [...corruptions].sort((a, b) => mean(a) - mean(b));
}

/** What is kept of the clean value on average over all corruptions; null where nothing was measured. */
export function kept(corruptions: readonly Corruption[], clean: number | null): number | null {
  const means = corruptions.flatMap((one) => fallOf(one, null).mean ?? []);
  if (clean === null || clean === 0 || means.length === 0) return null;
  return means.reduce((sum, value) => sum + value, 0) / means.length / clean;
}

/** How strongly a cell of the table is tinted: 0 where nothing is lost, 1 where half of the clean value or more is. */
export function loss(value: number | null, clean: number | null): number {
  if (value === null || clean === null || clean <= 0) return 0;
  return Math.min(1, Math.max(0, (clean - value) / (clean / 2)));
}

/** A value of the chart's axis from 0 to the next tenth above all that is shown. */
export function top(values: readonly (number | null)[]): number {
  const most = Math.max(0, ...values.flatMap((value) => value ?? []));
  return Math.min(1, Math.max(0.1, Math.ceil(most * 10 - 1e-9) / 10));
}
