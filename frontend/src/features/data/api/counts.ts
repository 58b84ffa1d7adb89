import { useProject } from "@/features/projects/api/projects";
import { type AssetFilters, countFilters } from "../model/filters";

/** How many images pass the filters; undefined where nobody knows without reading them. */
export function useTotal(projectId: string, filters: AssetFilters): number | undefined {
  const project = useProject(projectId);
  return countFilters(filters) === 0 && filters.deleted !== true ? project.data?.counts.assets : undefined;
}
