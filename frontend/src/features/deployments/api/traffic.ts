import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import type { DeploymentMetrics, Drift, Sample, ServerLog } from "@/api/types";
import { type Page, nextParameter } from "@/api/paging";
import { mergeServerLines } from "../model/log";

const MINUTE = 60_000;
const LOG_POLL = 2000;
const SAMPLES = 24;

/** What was asked and answered in the last so many minutes, in steps. */
export function useMetrics(id: string, minutes: number) {
  return useQuery({
    queryKey: ["deployment", id, "metrics", minutes],
    refetchInterval: minutes <= 60 ? MINUTE / 6 : MINUTE,
    placeholderData: (before) => before,
    queryFn: async () => ({ ...(await ok<DeploymentMetrics>(api.GET("/api/v1/deployments/{deployment_id}/metrics", { params: { path: { deployment_id: id }, query: { minutes } } }))), minutes, at: Date.now() / 1000 }),
  });
}

/** The server's log of a deployment so far, asked for what is new while somebody looks. */
export function useServerLog(id: string) {
  const queries = useQueryClient();
  const queryKey = ["deployment", id, "logs"];
  return useQuery({
    queryKey,
    refetchInterval: LOG_POLL,
    queryFn: async () => {
      const have = queries.getQueryData<ServerLog>(queryKey);
      const read = (after: number) => ok<ServerLog>(api.GET("/api/v1/deployments/{deployment_id}/logs", { params: { path: { deployment_id: id }, query: { after } } }));
      const fresh = await read(have?.lines.at(-1)?.n ?? 0);
      if (!have) return fresh;
      // A server that was started anew counts from one again.
      if (have.server !== fresh.server) return read(0);
      return { server: fresh.server, lines: mergeServerLines(have.lines, fresh.lines) };
    },
  });
}

export function useDrift(id: string, hours: number) {
  return useQuery({
    queryKey: ["deployment", id, "drift", hours],
    refetchInterval: MINUTE,
    placeholderData: (before) => before,
    queryFn: () => ok<Drift>(api.GET("/api/v1/deployments/{deployment_id}/drift", { params: { path: { deployment_id: id }, query: { hours } } })),
  });
}

export function useSamples(id: string) {
  return useInfiniteQuery({
    queryKey: ["deployment", id, "samples"],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => ok<Page<Sample>>(api.GET("/api/v1/deployments/{deployment_id}/samples", { params: { path: { deployment_id: id }, query: { limit: SAMPLES, cursor: pageParam } } })),
    getNextPageParam: (page) => nextParameter(page, "cursor") ?? undefined,
  });
}
