import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { everyPage, type Page } from "@/api/paging";
import type { components } from "@/api/schema";
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

const DIGEST = 12;

/** Names of a project's snapshots; of one that is not known (yet) the start of its digest. */
export function useSnapshotName(projectId: string): (snapshot: { id: string; name: string }) => string {
  const snapshots = useSnapshots(projectId);
  return ({ id, name }) => snapshots.data?.find((one) => one.id === id)?.name || name.slice(0, DIGEST);
}

export interface SnapshotInput {
  name: string;
  split: { train: number; val: number; test: number; seed: number; stratify: boolean };
}

export function useCreateSnapshot(projectId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: SnapshotInput) =>
      ok<Snapshot>(api.POST("/api/v1/projects/{project_id}/snapshots", { params: { path: { project_id: projectId } }, body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["snapshots", projectId] }),
  });
}

export type Differences = components["schemas"]["Differences"];

/** What came, went or changed from one snapshot to another; neither ever changes. */
export function useDifferences(before: string, after: string) {
  return useQuery({
    queryKey: ["snapshot-differences", before, after],
    staleTime: Infinity,
    enabled: before !== "" && after !== "",
    queryFn: () =>
      ok<Differences>(
        api.GET("/api/v1/snapshots/{snapshot_id}/diff/{other_id}", { params: { path: { snapshot_id: before, other_id: after } } }),
      ),
  });
}
