import type { components } from "@/api/schema";

/** What a check of the labels proposes is about a shape that is there: it is to be changed, or to go. */
export interface Corrects {
  /** The annotation that it is about; null of what is to be added. */
  replaces?: string | null;
  removes?: boolean;
}
export type Proposal = components["schemas"]["Proposal"] & Corrects;

export type Change = "add" | "replace" | "remove";

export function changeOf({ replaces, removes }: Corrects): Change {
  if (replaces == null) return "add";
  return removes === true ? "remove" : "replace";
}

/**
 * What a proposal does, in a few words: `given` is the class of the shape that it is about, null where that shape is
 * not there any more.
 */
export function changeText(change: Change, proposed: string, given: string | null): string {
  if (change === "add") return proposed;
  if (change === "remove") return `Remove ${given ?? proposed}`;
  return given === null || given === proposed ? `New outline: ${proposed}` : `${given} → ${proposed}`;
}

/** Those that score at least so much; the list is by falling score already. */
export function over(proposals: readonly Proposal[], least: number): readonly Proposal[] {
  return proposals.filter(({ score }) => score >= least);
}

/** The next one of the list after (1) or before (-1) the given one, round and round; null of an empty list. */
export function step(proposals: readonly Proposal[], id: string | null, by: 1 | -1): Proposal | null {
  if (proposals.length === 0) return null;
  const at = proposals.findIndex((proposal) => proposal.id === id);
  if (at < 0) return proposals.at(by === 1 ? 0 : -1) ?? null;
  return proposals[(at + by + proposals.length) % proposals.length] ?? null;
}

/** Which one to look at when some have been decided: the next that is left behind the one that was looked at. */
export function following(proposals: readonly Proposal[], active: string | null, decided: ReadonlySet<string>): string | null {
  const at = proposals.findIndex(({ id }) => id === active);
  const round = [...proposals.slice(at + 1), ...proposals.slice(0, at + 1)];
  return round.find(({ id }) => !decided.has(id))?.id ?? null;
}
