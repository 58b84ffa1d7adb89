import type { Artifact } from "@/api/types";

/** "SegFormer b0 1 · step 200": a checkpoint's own name says only its step. */
export function artifactTitle(run: string, step: number): string {
  return `${run} · step ${step.toLocaleString("en-US")}`;
}

const JUDGED_BY = [
  { key: "val/pq", name: "PQ" },
  { key: "val/map", name: "AP" },
  { key: "val/miou", name: "mean IoU" },
];

/** The metric that a model of its task is judged by, and its value; null of one that was never measured. */
export function mainMetric(metrics: Artifact["metrics"]): { name: string; value: number } | null {
  for (const { key, name } of JUDGED_BY) {
    const value = metrics[key];
    if (value !== undefined) return { name, value };
  }
  return null;
}

/** By what they are judged by, the best first; those that were never measured come last. */
export function bestFirst<T extends Pick<Artifact, "metrics">>(artifacts: readonly T[]): T[] {
  const score = ({ metrics }: T) => mainMetric(metrics)?.value ?? -1;
  return [...artifacts].sort((a, b) => score(b) - score(a));
}
