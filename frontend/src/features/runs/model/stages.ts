import type { Run, RunStatus } from "@/api/types";

export const STAGES = ["queued", "preparing", "running", "evaluating", "succeeded"] as const;
const ACTIVE: ReadonlySet<RunStatus> = new Set(["queued", "preparing", "running", "evaluating"]);

export function isRunning(status: RunStatus): boolean {
  return ACTIVE.has(status);
}

export type StageState = "done" | "current" | "ahead" | "failed";

/** How each stage of a run looks. A run that ended early shows where: at its training if it has steps, else before. */
export function stageStates(run: Pick<Run, "status" | "step" | "started_at">): StageState[] {
  const { status } = run;
  const ended = status === "failed" || status === "cancelled";
  const reached = ended ? (run.step > 0 ? 2 : run.started_at === null ? 0 : 1) : STAGES.indexOf(status);
  return STAGES.map((_, index) => {
    if (status === "succeeded" || index < reached) return "done";
    if (index > reached) return "ahead";
    return ended ? "failed" : "current";
  });
}
