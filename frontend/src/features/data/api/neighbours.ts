import { useEffect } from "react";
import type { AssetFilters } from "../model/filters";
import { placeOf, rowAt } from "../model/pages";
import { useAssetPages } from "./assetPages";

/** Looking that far through the list for an image that was opened by its address. */
const MOST_ROWS = 4000;

/** Where an image is in a filtered list, and what comes before and after it; reads on while that is not known. */
export function useNeighbours(projectId: string, assetId: string, filters: AssetFilters) {
  const { data: pages, want } = useAssetPages(projectId, filters);
  const index = pages === undefined ? -1 : placeOf(pages, ({ id }) => id === assetId);
  const seen = pages === undefined ? 0 : Math.max(0, ...pages.front.pages.keys()) + 1;
  const lookOn = pages !== undefined && index < 0 && !pages.front.ended && seen * pages.size < MOST_ROWS;
  const size = pages?.size ?? 0;
  useEffect(() => {
    if (index >= 0) want(index - 1, index + 2);
    else if (lookOn) want(seen * size, seen * size);
  }, [index, lookOn, seen, size, want]);
  const at = (place: number) => (pages === undefined || index < 0 || place < 0 ? undefined : rowAt(pages, place)?.id);
  return {
    previous: at(index - 1),
    next: at(index + 1),
    afterNext: at(index + 2),
    /** "3 / 100+", "" while the place is not known. */
    place: pages === undefined || index < 0 ? "" : `${index + 1} / ${pages.length}${pages.front.ended ? "" : "+"}`,
  };
}
