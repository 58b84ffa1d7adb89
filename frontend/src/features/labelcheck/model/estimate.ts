interface Timed {
  workflow: { id: string | null };
  step: number;
  total_steps: number;
  started_at: string | null;
  finished_at: string | null;
  status: string;
}

export interface Estimate {
  seconds: number;
  /** Of each fold. */
  steps: number;
}

/**
 * How long `folds` trainings will take, by the newest run of the workflow that ended by itself; null where there is
 * none to go by. Predicting the held-out images is a small part of it and is left out.
 */
export function estimate(runs: readonly Timed[], workflow: string, folds: number, steps: number | null): Estimate | null {
  const known = runs
    .filter((run) => run.workflow.id === workflow && run.status === "succeeded" && run.step > 0)
    .sort((a, b) => (b.started_at ?? "").localeCompare(a.started_at ?? ""))[0];
  if (known?.started_at == null || known.finished_at === null) return null;
  const seconds = (Date.parse(known.finished_at) - Date.parse(known.started_at)) / 1000;
  if (!(seconds > 0)) return null;
  const each = steps === null ? known.total_steps : Math.min(steps, known.total_steps);
  return { seconds: (seconds / known.step) * each * folds, steps: each };
}

/** How full the bar of each fold is, 0 to 1, of a job that is `progress` done: folds are trained one after another. */
export function foldBars(progress: number, folds: number): number[] {
  return Array.from({ length: folds }, (_, fold) => Math.min(1, Math.max(0, progress * folds - fold)));
}
