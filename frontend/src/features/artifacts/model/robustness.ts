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

/** What an axis of shares spans: the tenths around all that is shown, two of them at least. */
export function spanOf(values: readonly (number | null)[]): [low: number, high: number] {
  const known = values.flatMap((value) => value ?? []);
  if (known.length === 0) return [0, 1];
  const high = Math.min(1, Math.max(0.2, Math.ceil(Math.max(...known) * 10 - 1e-9) / 10));
  const low = Math.min(high - 0.2, Math.max(0, Math.floor(Math.min(...known) * 10 + 1e-9) / 10));
  return [low, high];
}

const NEAR = { across: 64, up: 26 };

/** Whether a dot's name goes below it: another dot close above it has its own there. Places are of the screen, y grows downwards. */
export function namedBelow(place: readonly [x: number, y: number], others: readonly (readonly [x: number, y: number])[]): boolean {
  return others.some(([x, y]) => Math.abs(x - place[0]) < NEAR.across && y < place[1] && place[1] - y < NEAR.up);
}
