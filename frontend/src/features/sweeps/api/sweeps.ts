import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { everyPage, type Page } from "@/api/paging";
import type { Sweep, SweepBody, SweepSummary } from "@/api/types";

const sweepKey = (projectId: string, id: string) => ["sweeps", projectId, id];

export function useSweeps(projectId: string) {
  return useQuery({
    queryKey: ["sweeps", projectId],
    queryFn: () =>
      everyPage<SweepSummary>((cursor) =>
        ok<Page<SweepSummary>>(
          api.GET("/api/v1/projects/{project_id}/sweeps", {
            params: { path: { project_id: projectId }, query: { limit: 200, cursor } },
          }),
        ),
      ),
  });
}

export function useSweep(projectId: string, id: string) {
  return useQuery({
    queryKey: sweepKey(projectId, id),
    queryFn: () => ok<Sweep>(api.GET("/api/v1/sweeps/{sweep_id}", { params: { path: { sweep_id: id } } })),
  });
}

export function useCreateSweep(projectId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: SweepBody) =>
      ok<Sweep>(api.POST("/api/v1/projects/{project_id}/sweeps", { params: { path: { project_id: projectId } }, body })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["sweeps", projectId] });
      await queries.invalidateQueries({ queryKey: ["runs", projectId] });
    },
  });
}

export function useCancelSweep(projectId: string, id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => ok<Sweep>(api.POST("/api/v1/sweeps/{sweep_id}/cancel", { params: { path: { sweep_id: id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: sweepKey(projectId, id) }),
  });
}

export async function deleteSweep(id: string): Promise<void> {
  await ok(api.DELETE("/api/v1/sweeps/{sweep_id}", { params: { path: { sweep_id: id } } }));
}
