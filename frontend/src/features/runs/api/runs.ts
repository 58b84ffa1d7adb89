import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { everyPage, type Page } from "@/api/paging";
import type { Artifact, Run } from "@/api/types";

export const runKey = (id: string) => ["run", id] as const;

export function useRuns(projectId: string) {
  return useQuery({
    queryKey: ["runs", projectId],
    queryFn: () =>
      everyPage<Run>((cursor) =>
        ok<Page<Run>>(
          api.GET("/api/v1/projects/{project_id}/runs", {
            params: { path: { project_id: projectId }, query: { limit: 200, cursor } },
          }),
        ),
      ),
  });
}

export function useRun(id: string) {
  return useQuery({
    queryKey: runKey(id),
    queryFn: () => ok<Run>(api.GET("/api/v1/runs/{run_id}", { params: { path: { run_id: id } } })),
  });
}

export function useRunArtifacts(id: string) {
  return useQuery({
    queryKey: ["run", id, "artifacts"],
    queryFn: () =>
      everyPage<Artifact>((cursor) =>
        ok<Page<Artifact>>(
          api.GET("/api/v1/runs/{run_id}/artifacts", { params: { path: { run_id: id }, query: { limit: 200, cursor } } }),
        ),
      ),
  });
}

export function useCancelRun(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => ok<Run>(api.POST("/api/v1/runs/{run_id}/cancel", { params: { path: { run_id: id } } })),
    onSuccess: (run) => queries.setQueryData(runKey(id), run),
  });
}

export function useResumeRun(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => ok<Run>(api.POST("/api/v1/runs/{run_id}/resume", { params: { path: { run_id: id } } })),
    onSuccess: (run) => queries.setQueryData(runKey(id), run),
  });
}

export async function deleteRun(id: string): Promise<void> {
  await ok(api.DELETE("/api/v1/runs/{run_id}", { params: { path: { run_id: id } } }));
}
