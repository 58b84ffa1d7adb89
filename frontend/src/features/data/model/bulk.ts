import type { Review, Split } from "@/api/types";
import { type AssetFilters, filterBody } from "./filters";
import type { Selection } from "./selection";

/** Which images a change is about: these, or all that pass the filters. */
export type Target = { ids: string[] } | { filters: Record<string, string> };

export interface BulkChange {
  set?: { split?: Split | null; review?: Review; assignee?: string | null; reviewer?: string | null };
  add_tags?: string[];
  remove_tags?: string[];
  move_to?: string;
  delete?: true;
  restore?: true;
}

/** What a change did; `undo` is the name under which it can be taken back. */
export interface Changed {
  changed: number;
  undo: string | null;
  notes: string[];
}

export function targetOf(selection: Selection, filters: AssetFilters): Target {
  return selection.all ? { filters: filterBody(filters) } : { ids: [...selection.ids] };
}

/** What an answer or a finished job says of a change; what is missing is nothing. */
export function changedOf(answer: Record<string, unknown> | null | undefined): Changed {
  const { changed, undo, notes } = answer ?? {};
  return {
    changed: typeof changed === "number" ? changed : 0,
    undo: typeof undo === "string" ? undo : null,
    notes: Array.isArray(notes) ? notes.filter((note) => typeof note === "string") : [],
  };
}
