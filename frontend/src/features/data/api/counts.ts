import { useQuery } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { useProject } from "@/features/projects/api/projects";
import { type AssetFilters, countFilters, filterBody } from "../model/filters";
import type { Statistics } from "./statistics";

const FRESH = 60_000;

/** How many images pass the filters; undefined while nobody knows without reading them. `counted`: they were read to the end. */
export function useTotal(projectId: string, filters: AssetFilters, counted: boolean): number | undefined {
  const project = useProject(projectId);
  const whole = countFilters(filters) === 0 && filters.deleted !== true;
  const query = filterBody(filters);
  const statistics = useQuery({
    queryKey: ["statistics", projectId, query],
    enabled: !whole && !counted,
    staleTime: FRESH,
    queryFn: () => ok<Statistics>(api.GET("/api/v1/projects/{project_id}/statistics", { params: { path: { project_id: projectId }, query: query as never } })),
  });
  return whole ? project.data?.counts.assets : statistics.data?.assets;
}
