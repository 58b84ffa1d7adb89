import { type AssetFilters, filterBody, readFilters } from "./filters";

/** Filters and an order under a name. */
export interface SavedView {
  id: string;
  name: string;
  filters: Record<string, string>;
  order: string;
  shared: boolean;
  /** Whether it is the caller's own, to be changed. */
  mine: boolean;
}

export function filtersOf({ filters, order }: Pick<SavedView, "filters" | "order">): AssetFilters {
  return readFilters(new URLSearchParams(order === "" ? filters : { ...filters, order }));
}

/** A view's body: what an address says beside the order, and the order. */
export function viewOf(filters: AssetFilters): Pick<SavedView, "filters" | "order"> {
  return { filters: filterBody(filters), order: filters.order };
}
