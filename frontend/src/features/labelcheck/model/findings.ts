/** What a check can find: nothing drawn, the class, the outline, or a shape where nothing is. */
export const KINDS = ["missing", "wrong_class", "loose_outline", "spurious"] as const;
export type Kind = (typeof KINDS)[number];

export const STATES = ["open", "accepted", "dismissed", "gone"] as const;
export type State = (typeof STATES)[number];

export const KIND_TITLES: Record<Kind, string> = {
  missing: "Missing",
  wrong_class: "Wrong class",
  loose_outline: "Loose outline",
  spurious: "Nothing there",
};

export const STATE_TITLES: Record<State, string> = {
  open: "To decide",
  accepted: "Accepted",
  dismissed: "Dismissed",
  gone: "Changed since",
};

export interface Named {
  id: string;
  name: string;
  color: string;
}

interface Told {
  kind: Kind;
  given: Named | null;
  suggested: Named | null;
}

/** A finding in one sentence. */
export function sentence({ kind, given, suggested }: Told): string {
  const was = given?.name ?? "something";
  const is = suggested?.name ?? "something";
  switch (kind) {
    case "missing":
      return `Looks like ${is}, and nothing is drawn`;
    case "wrong_class":
      return `Labelled ${was}, looks like ${is}`;
    case "loose_outline":
      return `The outline of ${was} does not fit`;
    case "spurious":
      return `Labelled ${was}, looks like background`;
  }
}

/** What accepting puts before the annotator. */
export function fix({ kind, given, suggested }: Told): string {
  switch (kind) {
    case "missing":
      return `Add this ${suggested?.name ?? "shape"}`;
    case "wrong_class":
      return `Make it ${suggested?.name ?? "the other class"}`;
    case "loose_outline":
      return "Take the model's outline";
    case "spurious":
      return `Remove this ${given?.name ?? "shape"}`;
  }
}

/** Whether the outline of what is drawn is known: of a mask there is none, and the suggested one stands in for it. */
export function hasOutline({ polygons, suggested_polygons: suggested }: { polygons: readonly unknown[]; suggested_polygons: readonly unknown[] }): boolean {
  return polygons.length > 0 && JSON.stringify(polygons) !== JSON.stringify(suggested);
}

interface Row {
  id: string;
  state: State;
}

/** The finding that is `by` places from the one at `id`; it stops at both ends. Of none that is looked at: the first. */
export function step<T extends Row>(rows: readonly T[], id: string | null, by: 1 | -1): T | null {
  const at = rows.findIndex((row) => row.id === id);
  if (at < 0) return rows[0] ?? null;
  return rows[Math.max(0, Math.min(rows.length - 1, at + by))] ?? null;
}

/** Where to look when the one at `id` has been decided on: the next open one behind it, else before it, else itself. */
export function following<T extends Row>(rows: readonly T[], id: string): string {
  const at = rows.findIndex((row) => row.id === id);
  const round = [...rows.slice(at + 1), ...rows.slice(0, Math.max(0, at)).reverse()];
  return round.find(({ state }) => state === "open")?.id ?? id;
}

/** How many findings there are of each kind in each state, as the server counts them. */
export type Counts = Record<Kind, Record<State, number>>;

/** Of all kinds where none is named. */
export function countOf(counts: Counts, state: State, kind?: Kind): number {
  if (kind !== undefined) return counts[kind][state];
  return KINDS.reduce((sum, each) => sum + counts[each][state], 0);
}

/** The counts after one finding went from a state to another. */
export function moved(counts: Counts, kind: Kind, from: State, to: State): Counts {
  if (from === to) return counts;
  const of = counts[kind];
  return { ...counts, [kind]: { ...of, [from]: Math.max(0, of[from] - 1), [to]: of[to] + 1 } };
}
