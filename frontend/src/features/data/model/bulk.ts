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
export function changedOf(answer: Partial<Changed> | null): Changed {
  return { changed: answer?.changed ?? 0, undo: answer?.undo ?? null, notes: answer?.notes ?? [] };
}

/** What came of taking a change back; `kept` are the first of those that stay as they are. */
export interface Undone {
  restored: number;
  kept: { asset: string; name: string; reason: string }[];
  kept_count: number;
}

export function undoneOf(answer: Partial<Undone> | null): Undone {
  return { restored: answer?.restored ?? 0, kept: answer?.kept ?? [], kept_count: answer?.kept_count ?? 0 };
}

/** "street.jpg was changed meanwhile, and 2 more", "" where everything is as it was. */
export function keptText({ kept, kept_count }: Undone): string {
  const [first] = kept;
  if (first === undefined || kept_count === 0) return "";
  return `Not put back: ${first.name} (${first.reason})${kept_count > 1 ? `, and ${kept_count - 1} more` : ""}.`;
}
