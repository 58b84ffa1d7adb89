import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import type { components } from "@/api/schema";
import { type AssetFilters, filterBody } from "../model/filters";

type Schemas = components["schemas"];
export type Statistics = Schemas["Statistics"];
export type Bin = Schemas["Bin"];
export type Duplicates = Schemas["Duplicates"];
export type DuplicateGroup = Duplicates["results"][number];

const GROUPS = 20;

export function useStatistics(projectId: string, filters: AssetFilters) {
  const query = filterBody(filters);
  return useQuery({
    queryKey: ["statistics", projectId, query],
    placeholderData: (before: Statistics | undefined) => before,
    queryFn: () =>
      ok<Statistics>(
        api.GET("/api/v1/projects/{project_id}/statistics", { params: { path: { project_id: projectId }, query: query as never } }),
      ),
  });
}

export function useNearDuplicates(projectId: string, distance: number) {
  return useInfiniteQuery({
    queryKey: ["near-duplicates", projectId, distance],
    initialPageParam: 0,
    queryFn: ({ pageParam }) =>
      ok<Duplicates>(
        api.GET("/api/v1/projects/{project_id}/near-duplicates", {
          params: { path: { project_id: projectId }, query: { distance, limit: GROUPS, offset: pageParam } },
        }),
      ),
    getNextPageParam: (last) => last.next_offset ?? undefined,
  });
}

/** Puts groups that leak into one split: all of them, or those that some assets are in. */
export function useMendLeaks(projectId: string, distance: number) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (assets?: string[]) =>
      ok<Schemas["BulkAnswer"]>(
        api.POST("/api/v1/projects/{project_id}/near-duplicates", {
          params: { path: { project_id: projectId } },
          body: { distance, ...(assets ? { assets } : {}) },
        }),
      ),
    onSuccess: () => {
      for (const name of ["near-duplicates", "statistics", "assets"]) void queries.invalidateQueries({ queryKey: [name, projectId] });
    },
  });
}
