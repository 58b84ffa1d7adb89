import { type QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import type { Job } from "@/api/types";

const POLL = 2000;
export const jobKey = (id: string) => ["job", id] as const;

export function isActive(job: Pick<Job, "status"> | undefined): boolean {
  return job?.status === "queued" || job?.status === "running";
}

/** A job kept current: by the project's socket where one is open, by asking now and then in any case. */
export function useJob(id: string | null) {
  return useQuery({
    queryKey: jobKey(id ?? ""),
    enabled: id !== null,
    queryFn: () => ok<Job>(api.GET("/api/v1/jobs/{job_id}", { params: { path: { job_id: id ?? "" } } })),
    refetchInterval: ({ state }) => (state.data === undefined || isActive(state.data) ? POLL : false),
  });
}

/** A job as the socket just told it; progress never goes back when messages and answers cross. */
export function noteJob(queries: QueryClient, job: Job): void {
  queries.setQueryData<Job>(jobKey(job.id), (before) => {
    const isOlder = before && (!isActive(before) || (isActive(job) && job.progress < before.progress));
    return isOlder ? before : { ...before, ...job };
  });
}

export function useCancelJob() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => ok<Job>(api.POST("/api/v1/jobs/{job_id}/cancel", { params: { path: { job_id: id } } })),
    onSuccess: (job) => noteJob(queries, job),
  });
}
