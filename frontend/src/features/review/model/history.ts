import type { components } from "@/api/schema";
import type { Review } from "@/api/types";

export type Person = components["schemas"]["Person"];
export type HistoryEntry = components["schemas"]["HistoryEntry"];

export const REVIEW_NAMES: Record<Review, string> = {
  todo: "To do",
  in_progress: "In progress",
  in_review: "In review",
  approved: "Approved",
  rejected: "Rejected",
};

/** What happened, in one line; who did it stands before. */
export function lineOf(entry: HistoryEntry): string {
  if (entry.kind === "review") return `moved it from ${stateName(entry.from)} to ${stateName(entry.to)}`;
  if (entry.kind === "comment") return "commented";
  if (entry.kind === "assignment") {
    const work = entry.role === "reviewer" ? "the review" : "it";
    const [to, from] = [personName(entry.to), personName(entry.from)];
    if (to !== null) return `gave ${work} to ${to}`;
    return from === null ? `freed ${work}` : `took ${work} from ${from}`;
  }
  const parts = [
    [entry.created, "drew"],
    [entry.updated, "changed"],
    [entry.deleted, "deleted"],
  ] as const;
  const said = parts.flatMap(([number, verb]) => ((number ?? 0) > 0 ? [`${verb} ${number} ${number === 1 ? "shape" : "shapes"}`] : []));
  const what = said.length === 0 ? "changed nothing" : said.join(", ");
  return entry.restored == null ? what : `went back to revision ${entry.restored}: ${what}`;
}

function stateName(value: unknown): string {
  return typeof value === "string" && value in REVIEW_NAMES ? REVIEW_NAMES[value as Review].toLowerCase() : "?";
}

function personName(value: unknown): string | null {
  return typeof value === "object" && value !== null && "name" in value ? String((value as Person).name) : null;
}
