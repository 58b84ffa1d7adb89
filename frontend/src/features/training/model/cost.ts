import type { Architecture } from "@/api/types";
import type { Draft } from "./form";

/** Operations of one forward pass at a size; between listed sizes they grow with the area, beyond them too. */
export function flopsAt(architecture: Architecture, variant: string, size: Draft["input_size"]): number | null {
  const flops = architecture.variants.find(({ name }) => name === variant)?.flops;
  const [height, width] = size;
  if (!flops || flops.length === 0 || height === null || width === null || height * width <= 0) return null;
  const points = architecture.input_sizes
    .map(([h, w], index) => ({ area: h * w, flops: flops[index] ?? 0 }))
    .filter((point) => point.flops > 0)
    .sort((a, b) => a.area - b.area);
  const area = height * width;
  const above = points.findIndex((point) => point.area >= area);
  const upper = points[above];
  if (upper?.area === area) return upper.flops;
  const lower = points[above - 1];
  if (upper && lower) return lower.flops + ((upper.flops - lower.flops) * (area - lower.area)) / (upper.area - lower.area);
  const nearest = upper ?? points.at(-1);
  return nearest ? (nearest.flops * area) / nearest.area : null;
}

export function flopsText(flops: number): string {
  if (flops >= 1e12) return `${digits(flops / 1e12)} TFLOPs`;
  return `${digits(flops / 1e9)} GFLOPs`;
}

/** Images that pass through the model in the whole run, given how many there are to train on. */
export function imagesSeen(draft: Draft, training: number | null): number | null {
  const { steps, epochs, batch_size: batch, accumulate } = draft.hyperparameters;
  if (typeof epochs === "number") return training === null ? null : epochs * training;
  if (typeof steps !== "number" || typeof batch !== "number") return null;
  return steps * batch * (typeof accumulate === "number" ? accumulate : 1);
}

/** What a whole run computes, as a number that only means something beside another one. */
export function work(architecture: Architecture, draft: Draft, training: number | null): number | null {
  const flops = flopsAt(architecture, draft.variant, draft.input_size);
  const images = imagesSeen(draft, training);
  return flops === null || images === null ? null : flops * images;
}

/** "About 3 × the work of": one amount of work beside another. */
export function ratioText(one: number, other: number): string {
  const ratio = one / other;
  if (ratio > 0.95 && ratio < 1.05) return "The same work as";
  if (ratio >= 1) return `About ${rough(ratio)} × the work of`;
  return `About 1/${rough(1 / ratio)} of the work of`;
}

function digits(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en-US") : rough(value);
}

/** Two digits are enough for a comparison: 1.3, 24, 650, 12,000. */
function rough(value: number): string {
  return Number(value.toPrecision(2)).toLocaleString("en-US");
}
