import type { Split } from "@/api/types";
import { type AssetFilters, filterBody, NO_FILTERS, readFilters, writeFilters } from "@/features/data/model/filters";

/** Which evaluation of an artifact is looked at, and which of its images. */
export interface Choice {
  /** Null: the snapshot that the artifact was trained on. */
  snapshot: string | null;
  split: Split;
  filters: AssetFilters;
}

export const EVALUATED_SPLITS = ["val", "test", "train"] as const;
const FIRST: Split = "val";
/** These name an evaluation, or are not about images that are in one. */
const NOT_FILTERS = { split: [], order: NO_FILTERS.order, deleted: null, status: null, media: null } satisfies Partial<AssetFilters>;

export function readChoice(search: URLSearchParams): Choice {
  const split = EVALUATED_SPLITS.find((one) => one === search.get("split")) ?? FIRST;
  return { snapshot: search.get("snapshot"), split, filters: { ...readFilters(search), ...NOT_FILTERS } };
}

/** The shortest query of a choice, as the API and the addresses of pages take it. */
export function choiceQuery({ snapshot, split, filters }: Choice): Record<string, string> {
  return {
    ...(snapshot === null ? {} : { snapshot }),
    ...(split === FIRST ? {} : { split }),
    ...filterBody({ ...filters, ...NOT_FILTERS }),
  };
}

/** The same address with another choice: whatever else it says stays. */
export function withChoice(search: URLSearchParams, choice: Choice): URLSearchParams {
  const next = new URLSearchParams(search);
  for (const name of ["snapshot", "split", ...Object.keys(NO_FILTERS)]) next.delete(name);
  for (const [name, value] of Object.entries(choiceQuery(choice))) next.set(name, value);
  return next;
}

export function isFiltered({ filters }: Choice): boolean {
  return [...writeFilters({ ...filters, ...NOT_FILTERS }).keys()].length > 0;
}

interface Viewed {
  asset?: string;
  order?: string;
  label?: number;
  cell?: Cell;
}

/** Truth and prediction, by their places in the matrix. */
export type Cell = readonly [truth: number, prediction: number];

/** Where the images of a choice are looked at. */
export function viewerPath(artifact: { id: string; project: string }, choice: Choice, { asset, order, label, cell }: Viewed = {}): string {
  const query = new URLSearchParams({
    ...(asset === undefined ? {} : { asset }),
    ...choiceQuery(choice),
    ...(order === undefined ? {} : { order }),
    ...(label === undefined ? {} : { label: String(label) }),
    ...(cell === undefined ? {} : { cell: cell.join(",") }),
  }).toString();
  return `/projects/${artifact.project}/artifacts/${artifact.id}/viewer${query === "" ? "" : `?${query}`}`;
}

/** "3,1" as an address says it; null where that is no cell of a matrix of this size. */
export function readCell(text: string | null, size: number): Cell | null {
  const found = /^(\d{1,4}),(\d{1,4})$/.exec(text ?? "");
  const [truth, prediction] = [Number(found?.[1]), Number(found?.[2])];
  return truth < size && prediction < size ? [truth, prediction] : null;
}
