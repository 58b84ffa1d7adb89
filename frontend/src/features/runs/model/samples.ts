import type { RunSamples } from "@/api/types";

/** Where one image stands in each evaluation, null where it was not predicted. */
export function historyOf(evaluations: readonly RunSamples[], asset: string): (number | null)[] {
  return evaluations.map(({ samples }) => samples.find((one) => one.asset === asset)?.miou ?? null);
}

export function meanMiou({ samples }: Pick<RunSamples, "samples">): number | null {
  const known = samples.flatMap(({ miou }) => (miou === null ? [] : [miou]));
  return known.length === 0 ? null : known.reduce((sum, one) => sum + one, 0) / known.length;
}

/** An SVG path of values between 0 and 1 over their places; gaps are jumped. */
export function sparkline(values: readonly (number | null)[], width: number, height: number): string {
  const last = Math.max(1, values.length - 1);
  return values
    .flatMap((value, index) => (value === null ? [] : [`${((index / last) * width).toFixed(1)} ${((1 - value) * height).toFixed(1)}`]))
    .map((point, index) => `${index === 0 ? "M" : "L"}${point}`)
    .join("");
}
