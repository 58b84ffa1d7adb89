import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, csrfHeaders, ok } from "@/api/client";
import type { Page } from "@/api/paging";
import type { Received } from "./tusUpload";

const key = (projectId: string) => ["interrupted-uploads", projectId];

/** One's own uploads to a project of which not all has arrived. */
export function useInterruptedUploads(projectId: string) {
  return useQuery({
    queryKey: key(projectId),
    queryFn: async () =>
      (
        await ok<Page<Received>>(
          api.GET("/api/v1/projects/{project_id}/uploads", {
            params: { path: { project_id: projectId }, query: { status: "receiving", limit: 100 } },
          }),
        )
      ).results.filter(({ offset }) => offset > 0),
  });
}

export function useForgetUploads(projectId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (ids: readonly string[]) => {
      for (const id of ids) {
        const headers = { ...csrfHeaders(), "Tus-Resumable": "1.0.0" };
        await fetch(`/api/v1/uploads/${id}`, { method: "DELETE", headers });
      }
    },
    onSettled: () => queries.invalidateQueries({ queryKey: key(projectId) }),
  });
}
