import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import type { Comparison } from "@/api/types";

const POLL = 5000;

/** Runs side by side; asked for again while one of them is at work. The order of the ids makes no difference. */
export function useComparison(ids: readonly string[], active: boolean) {
  const sorted = [...ids].sort();
  return useQuery({
    queryKey: ["runs", "compare", sorted.join(",")],
    enabled: ids.length > 1,
    placeholderData: keepPreviousData,
    refetchInterval: active ? POLL : false,
    queryFn: () => ok<Comparison>(api.GET("/api/v1/runs/compare", { params: { query: { ids: sorted.join(",") } } })),
  });
}
