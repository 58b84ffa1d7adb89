import type { Artifact } from "@/api/types";

/** "SegFormer b0 1 · step 200": a checkpoint's own name says only its step. */
export function artifactTitle(run: string, step: number): string {
  return `${run} · step ${step.toLocaleString("en-US")}`;
}

/** By mean IoU, the best first; those without one come last. */
export function bestFirst<T extends Pick<Artifact, "metrics">>(artifacts: readonly T[]): T[] {
  const score = ({ metrics }: T) => metrics["val/miou"] ?? -1;
  return [...artifacts].sort((a, b) => score(b) - score(a));
}
