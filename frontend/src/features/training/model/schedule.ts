import type { Values } from "./form";

/** The learning rate at `points` places of the run, as a share of its peak (0..1); null for an unknown schedule. */
export function rateCurve(values: Values, points = 60): number[] | null {
  const steps = typeof values["steps"] === "number" && values["steps"] > 0 ? values["steps"] : null;
  const schedule = values["schedule"];
  if (steps === null || typeof schedule !== "string") return null;
  const warmup = schedule === "one_cycle" ? 0 : Math.min(number(values["warmup_steps"], 0), steps);
  const power = number(values["poly_power"], 1);
  const rise = Math.min(0.99, Math.max(0.01, number(values["one_cycle_rise"], 0.3)));
  return Array.from({ length: points }, (_, index) => {
    const share = index / (points - 1);
    const step = share * steps;
    if (step < warmup) return step / warmup;
    const after = steps > warmup ? (step - warmup) / (steps - warmup) : 1;
    return afterWarmup(schedule, after, power, rise);
  });
}

function afterWarmup(schedule: string, share: number, power: number, rise: number): number {
  if (schedule === "poly") return Math.max(0, 1 - share) ** power;
  if (schedule === "cosine") return (1 + Math.cos(Math.PI * share)) / 2;
  if (schedule !== "one_cycle") return 1;
  const start = 1 / 25;
  if (share < rise) return start + ((1 - start) * (1 - Math.cos((Math.PI * share) / rise))) / 2;
  return (1 + Math.cos((Math.PI * (share - rise)) / (1 - rise))) / 2;
}

function number(value: unknown, fallback: number): number {
  return typeof value === "number" ? value : fallback;
}
