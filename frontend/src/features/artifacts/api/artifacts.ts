import { useQuery } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { everyPage, type Page } from "@/api/paging";
import type { Artifact } from "@/api/types";

export function useArtifacts(projectId: string) {
  return useQuery({
    queryKey: ["artifacts", projectId],
    queryFn: () =>
      everyPage<Artifact>((cursor) =>
        ok<Page<Artifact>>(
          api.GET("/api/v1/projects/{project_id}/artifacts", {
            params: { path: { project_id: projectId }, query: { limit: 200, cursor } },
          }),
        ),
      ),
  });
}

export function useArtifact(id: string) {
  return useQuery({
    queryKey: ["artifact", id],
    queryFn: () => ok<Artifact>(api.GET("/api/v1/artifacts/{artifact_id}", { params: { path: { artifact_id: id } } })),
  });
}
