import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import type { components } from "@/api/schema";
import type { Asset, Split } from "@/api/types";
import { useProject } from "@/features/projects/api/projects";
import type { Changed } from "../model/bulk";
import { type AssetFilters, countFilters, filterBody } from "../model/filters";

type Schemas = components["schemas"];
export type Statistics = Schemas["Statistics"];
export type DuplicateGroup = Omit<Schemas["DuplicateGroup"], "assets"> & { assets: Asset[] };
export type Duplicates = Omit<Schemas["Duplicates"], "results"> & { results: DuplicateGroup[] };

const FRESH = 60_000;
const GROUPS = 24;

/** What the images that pass the filters are like. */
export function useStatistics(projectId: string, filters: AssetFilters, enabled = true) {
  const query = filterBody(filters);
  return useQuery({
    queryKey: ["statistics", projectId, query],
    enabled,
    staleTime: FRESH,
    queryFn: () => ok<Statistics>(api.GET("/api/v1/projects/{project_id}/statistics", { params: { path: { project_id: projectId }, query } })),
  });
}

/** How many images pass the filters; undefined while nobody knows without reading them. `counted`: they were read to the end. */
export function useTotal(projectId: string, filters: AssetFilters, counted: boolean): number | undefined {
  const project = useProject(projectId);
  const whole = countFilters(filters) === 0 && filters.deleted !== true;
  const statistics = useStatistics(projectId, filters, !whole && !counted);
  return whole ? project.data?.counts.assets : statistics.data?.assets;
}

/** Groups of pictures that look alike; those that several splits share come first. */
export function useDuplicates(projectId: string, distance: number, offset: number) {
  return useQuery({
    queryKey: ["statistics", projectId, "duplicates", distance, offset],
    staleTime: FRESH,
    queryFn: () =>
      ok<Duplicates>(
        api.GET("/api/v1/projects/{project_id}/near-duplicates", { params: { path: { project_id: projectId }, query: { distance, offset, limit: GROUPS } } }),
      ),
  });
}

/** Puts the groups that these images are in into one split, or every group that leaks. */
export function useMend(projectId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { distance: number; split?: Split; assets?: string[] }) =>
      ok<Changed>(api.POST("/api/v1/projects/{project_id}/near-duplicates", { params: { path: { project_id: projectId } }, body })),
    onSuccess: () =>
      Promise.all([queries.invalidateQueries({ queryKey: ["statistics", projectId] }), queries.invalidateQueries({ queryKey: ["assets", projectId] })]),
  });
}
