/** What is chosen of a list: some images, or all that pass the filters, seen or not. */
export interface Selection {
  ids: ReadonlySet<string>;
  /** Every image of the list; `ids` is empty then. */
  all: boolean;
  /** Where a range with Shift starts: a place in the list. */
  anchor: number | null;
}

export const NOTHING: Selection = { ids: new Set(), all: false, anchor: null };

export function isChosen({ ids, all }: Selection, id: string): boolean {
  return all || ids.has(id);
}

/** Whoever takes one of all away begins anew with that one: what else is in the list is not known. */
export function toggle(selection: Selection, id: string, place: number): Selection {
  if (selection.all) return { ids: new Set([id]), all: false, anchor: place };
  const ids = new Set(selection.ids);
  if (!ids.delete(id)) ids.add(id);
  return { ids, all: false, anchor: place };
}

/** Adds what lies between; the anchor stays where it is, so that a range can be made longer. */
export function add(selection: Selection, ids: readonly string[], anchor: number): Selection {
  return { ids: new Set(selection.all ? ids : [...selection.ids, ...ids]), all: false, anchor: selection.anchor ?? anchor };
}

export function everything(): Selection {
  return { ids: new Set(), all: true, anchor: null };
}
