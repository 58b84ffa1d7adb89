import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { isActive } from "@/api/jobs";
import type { Page } from "@/api/paging";
import type { components } from "@/api/schema";
import type { Job } from "@/api/types";

export type BucketImport = Omit<components["schemas"]["BucketImport"], "job"> & { job: Job | null };

const POLL = 1500;
const key = (projectId: string) => ["bucket-imports", projectId];

export interface BucketInput {
  url: string;
  endpoint: string;
  region: string;
  access_key: string;
  secret_key: string;
  include: string;
}

/** A project's imports from buckets, kept current while one is under way. */
export function useBucketImports(projectId: string) {
  return useQuery({
    queryKey: key(projectId),
    queryFn: async () =>
      (
        await ok<Page<BucketImport>>(
          api.GET("/api/v1/projects/{project_id}/bucket-imports", { params: { path: { project_id: projectId }, query: { limit: 20 } } }),
        )
      ).results,
    refetchInterval: ({ state }) => (state.data?.some(({ job }) => job !== null && isActive(job)) ? POLL : false),
  });
}

function useChange<T>(projectId: string, mutationFn: (input: T) => Promise<unknown>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn, onSuccess: () => queries.invalidateQueries({ queryKey: key(projectId) }) });
}

export function useStartBucketImport(projectId: string) {
  return useChange(projectId, (body: BucketInput) =>
    ok(api.POST("/api/v1/projects/{project_id}/bucket-imports", { params: { path: { project_id: projectId } }, body })),
  );
}

export function useResumeBucketImport(projectId: string) {
  return useChange(projectId, (id: string) => ok(api.POST("/api/v1/bucket-imports/{import_id}/resume", { params: { path: { import_id: id } } })));
}

export function useStopBucketImport(projectId: string) {
  return useChange(projectId, (job: string) => ok(api.POST("/api/v1/jobs/{job_id}/cancel", { params: { path: { job_id: job } } })));
}
