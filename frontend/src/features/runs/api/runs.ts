import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { everyPage, nextParameter, type Page } from "@/api/paging";
import type { Artifact, LogLine, Run, RunSamples } from "@/api/types";

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

export type RunChange = Partial<Pick<Run, "name" | "notes" | "tags" | "priority">>;

export function useChangeRun(run: Pick<Run, "id" | "project">) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: RunChange) =>
      ok<Run>(api.PATCH("/api/v1/runs/{run_id}", { params: { path: { run_id: run.id } }, body })),
    onSuccess: (changed) => {
      queries.setQueryData<Run>(runKey(run.id), (before) => ({ ...before, ...changed }));
      return queries.invalidateQueries({ queryKey: ["runs", run.project] });
    },
  });
}

/** The validation images as each evaluation predicted them, the first evaluation first. */
export function useRunSamples(id: string) {
  return useQuery({
    queryKey: ["run", id, "samples"],
    queryFn: async () =>
      (await ok<Page<RunSamples>>(api.GET("/api/v1/runs/{run_id}/samples", { params: { path: { run_id: id } } }))).results,
  });
}

/** Every line of a run's log as one text. */
export async function wholeLog(id: string): Promise<string> {
  const lines: string[] = [];
  let after: number | undefined;
  for (let more = true; more; ) {
    const page: Page<LogLine> = await ok<Page<LogLine>>(
      api.GET("/api/v1/runs/{run_id}/logs", { params: { path: { run_id: id }, query: { after, limit: 5000 } } }),
    );
    lines.push(...page.results.map(({ line }) => line));
    const next = nextParameter(page, "after");
    more = next !== null;
    after = Number(next);
  }
  return `${lines.join("\n")}\n`;
}

export const metricsCsvUrl = (id: string) => `/api/v1/runs/${id}/metrics.csv`;
export const tensorboardUrl = (id: string) => `/api/v1/runs/${id}/tensorboard`;
export const projectCsvUrl = (projectId: string, ids: readonly string[]) =>
  `/api/v1/projects/${projectId}/runs/metrics.csv?ids=${ids.join(",")}`;

export async function deleteRun(id: string): Promise<void> {
  await ok(api.DELETE("/api/v1/runs/{run_id}", { params: { path: { run_id: id } } }));
}
