import { useEffect } from "react";
import type { AssetFilters } from "../model/filters";
import { useAssets } from "./assets";

/** Looking that far through the list for an image that was opened by its address. */
const MOST_PAGES = 20;

/** Where an image is in a filtered list, and what comes before and after it; loads on while that is not known. */
export function useNeighbours(projectId: string, assetId: string, filters: AssetFilters) {
  const list = useAssets(projectId, filters);
  const ids = list.data?.pages.flatMap(({ results }) => results.map(({ id }) => id)) ?? [];
  const index = ids.indexOf(assetId);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const pages = list.data?.pages.length ?? 0;
  const lookOn = hasNextPage && !isFetchingNextPage && pages < MOST_PAGES && (index < 0 || index >= ids.length - 3);
  useEffect(() => {
    if (lookOn) void fetchNextPage();
  }, [lookOn, fetchNextPage]);
  return {
    previous: index > 0 ? ids[index - 1] : undefined,
    next: index < 0 ? undefined : ids[index + 1],
    afterNext: index < 0 ? undefined : ids[index + 2],
    /** "3 / 100+", "" while the place is not known. */
    place: index < 0 ? "" : `${index + 1} / ${ids.length}${hasNextPage ? "+" : ""}`,
  };
}
