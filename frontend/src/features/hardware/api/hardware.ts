import { useQueries, useQuery } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { everyPage, type Page } from "@/api/paging";
import type { Hardware, Run } from "@/api/types";
import { useProjects } from "@/features/projects/api/projects";

const POLL = 3000;

/** What is in use, asked for as often as the server looks itself. */
export function useLiveHardware() {
  return useQuery({
    queryKey: ["hardware", "live"],
    refetchInterval: POLL,
    queryFn: () => ok<Hardware>(api.GET("/api/v1/hardware")),
  });
}

export interface Waiting {
  runs: Run[];
  projects: ReadonlyMap<string, string>;
  isPending: boolean;
  error: unknown;
}

/** Queued runs of every project that the person may see, in the order in which they will start. */
export function useQueue(queued: number): Waiting {
  const projects = useProjects();
  const answers = useQueries({
    queries: (queued > 0 ? (projects.data ?? []) : []).map(({ id }) => ({
      queryKey: ["queue", id, queued],
      refetchInterval: POLL * 2,
      queryFn: () =>
        everyPage<Run>((cursor) =>
          ok<Page<Run>>(
            api.GET("/api/v1/projects/{project_id}/runs", {
              params: { path: { project_id: id }, query: { status: "queued", limit: 200, cursor } },
            }),
          ),
        ),
    })),
  });
  const runs = answers.flatMap(({ data }) => data ?? []);
  return {
    runs: runs.sort((a, b) => (a.queue_position ?? Infinity) - (b.queue_position ?? Infinity)),
    projects: new Map(projects.data?.map(({ id, name }) => [id, name])),
    isPending: projects.isPending || answers.some(({ isPending }) => isPending),
    error: projects.error ?? answers.find(({ error }) => error)?.error ?? null,
  };
}
