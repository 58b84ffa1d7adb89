import { title, valueText } from "@/features/training/model/wording";
import { kindOf } from "@/features/runs/model/charts";

/** A metric's value as its charts say it. */
export function metricValue(metric: string, value: number | null): string {
  if (value === null) return "–";
  return kindOf(metric) === "share" ? `${(value * 100).toFixed(1)} %` : String(Number(value.toPrecision(4)));
}

/** A value that a trial was given. */
export function trialText(value: unknown): string {
  if (Array.isArray(value)) return value.join(" × ");
  if (typeof value === "string") return title(value);
  return typeof value === "number" ? valueText(Number(value.toPrecision(3))) : valueText(value);
}
