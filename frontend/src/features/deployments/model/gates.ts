import { ProblemError } from "@/api/problem";

const CONFLICT = 409;

/** What each gate that refuses a model says; empty where something else went wrong. */
export function refusals(error: unknown): string[] {
  if (!(error instanceof ProblemError) || error.status !== CONFLICT) return [];
  return (error.problem.errors ?? []).filter(({ field }) => field === "gates" || field.startsWith("gates.")).map(({ message }) => message);
}
