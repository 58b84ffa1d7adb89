import { ProblemError } from "@/api/problem";

const CONFLICT = 409;

export interface Refusal {
  /** Of the gate; empty where the server does not say. */
  gate: string;
  message: string;
}

/** What each gate that refuses a model says; empty where something else went wrong. */
export function refusals(error: unknown): Refusal[] {
  if (!(error instanceof ProblemError) || error.status !== CONFLICT) return [];
  return (error.problem.errors ?? [])
    .filter(({ field }) => field === "gates" || field.startsWith("gates."))
    .map(({ field, message }) => ({ gate: field.slice("gates.".length), message }));
}
