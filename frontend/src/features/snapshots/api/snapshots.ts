import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { everyPage, type Page } from "@/api/paging";
import type { Snapshot } from "@/api/types";

export function useSnapshots(projectId: string) {
  return useQuery({
    queryKey: ["snapshots", projectId],
    queryFn: () =>
      everyPage<Snapshot>((cursor) =>
        ok<Page<Snapshot>>(
          api.GET("/api/v1/projects/{project_id}/snapshots", {
            params: { path: { project_id: projectId }, query: { limit: 200, cursor } },
          }),
        ),
      ),
  });
}

export interface SnapshotInput {
  name: string;
  split: { train: number; val: number; test: number; seed: number };
}

export function useCreateSnapshot(projectId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: SnapshotInput) =>
      ok<Snapshot>(api.POST("/api/v1/projects/{project_id}/snapshots", { params: { path: { project_id: projectId } }, body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["snapshots", projectId] }),
  });
}
