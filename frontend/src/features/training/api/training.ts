import { useQuery } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import type { Page } from "@/api/paging";
import type { Architecture, Artifact, Hardware } from "@/api/types";

export function useArchitectures() {
  return useQuery({
    queryKey: ["architectures"],
    staleTime: Infinity,
    queryFn: async () => (await ok<Page<Architecture>>(api.GET("/api/v1/architectures"))).results,
  });
}

export function useHardware() {
  return useQuery({
    queryKey: ["hardware"],
    staleTime: 60_000,
    queryFn: () => ok<Hardware>(api.GET("/api/v1/hardware")),
  });
}

/** Artifacts of the project that new weights may start from. */
export function useStartingPoints(projectId: string) {
  return useQuery({
    queryKey: ["artifacts", projectId, "starting-points"],
    queryFn: async () =>
      (
        await ok<Page<Artifact>>(
          api.GET("/api/v1/projects/{project_id}/artifacts", {
            params: { path: { project_id: projectId }, query: { limit: 200 } },
          }),
        )
      ).results,
  });
}
