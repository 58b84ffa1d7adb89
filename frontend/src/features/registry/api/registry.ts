import { useMutation, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { isActive, jobKey, noteJob } from "@/api/jobs";
import type { Page } from "@/api/paging";
import type { Artifact, Evaluation, Job, Split } from "@/api/types";
import type { GateState, Measured, Role } from "../model/registry";

export interface Entry extends Measured {
  artifact: {
    id: string;
    name: string;
    role: Role | null;
    note: string;
    step: number;
    created_at: string;
    architecture: string;
    variant: string;
    input_size: number[];
    size: number;
    parameters: number | null;
  };
  run: { id: string; name: string };
  evaluated: boolean;
  latency_ms: number | null;
  deployments: { id: string; name: string }[];
  gates: GateState[];
}

export interface Registry {
  snapshot: { id: string; name: string } | null;
  split: Split;
  results: Entry[];
}

export interface Gate {
  id: string;
  name: string;
  snapshot: { id: string; name: string };
  split: Split;
  metric: string;
  class: { id: string; name: string } | null;
  minimum: number;
}

export interface GateInput {
  name: string;
  snapshot: string;
  split: Split;
  metric: string;
  class: string | null;
  minimum: number;
}

/** What artifacts are judged on. Nothing: what the server chooses. */
export interface Judged {
  snapshot?: string;
  split?: Split;
}

const POLL = 2000;
// Below the artifacts' own key: whatever makes those stale makes this stale.
const registryKey = (projectId: string) => ["artifacts", projectId, "registry"] as const;
const gatesKey = (projectId: string) => ["artifacts", projectId, "gates"] as const;

export function useRegistry(projectId: string, judged: Judged) {
  return useQuery({
    queryKey: [...registryKey(projectId), judged],
    queryFn: () => ok<Registry>(api.GET("/api/v1/projects/{project_id}/registry", { params: { path: { project_id: projectId }, query: judged } })),
  });
}

function useRefresh(projectId: string) {
  const queries = useQueryClient();
  return () => Promise.all([queries.invalidateQueries({ queryKey: ["artifacts", projectId] }), queries.invalidateQueries({ queryKey: ["artifact"] })]);
}

export function useRole(projectId: string) {
  return useMutation({
    mutationFn: ({ artifact, role }: { artifact: string; role: Role | null }) =>
      ok<Artifact>(api.PUT("/api/v1/artifacts/{artifact_id}/role", { params: { path: { artifact_id: artifact } }, body: { role } })),
    onSuccess: useRefresh(projectId),
  });
}

export function useNote(projectId: string) {
  return useMutation({
    mutationFn: ({ artifact, note }: { artifact: string; note: string }) =>
      ok<Artifact>(api.PATCH("/api/v1/artifacts/{artifact_id}", { params: { path: { artifact_id: artifact } }, body: { note } })),
    onSuccess: useRefresh(projectId),
  });
}

export function useGates(projectId: string) {
  return useQuery({
    queryKey: gatesKey(projectId),
    queryFn: async () => (await ok<Page<Gate>>(api.GET("/api/v1/projects/{project_id}/gates", { params: { path: { project_id: projectId } } }))).results,
  });
}

/** Makes, changes and takes away gates. */
export function useGateChanges(projectId: string) {
  const refresh = useRefresh(projectId);
  const save = useMutation({
    mutationFn: ({ id, ...body }: GateInput & { id: string | null }) =>
      id === null
        ? ok<Gate>(api.POST("/api/v1/projects/{project_id}/gates", { params: { path: { project_id: projectId } }, body }))
        : ok<Gate>(api.PATCH("/api/v1/gates/{gate_id}", { params: { path: { gate_id: id } }, body })),
    onSuccess: refresh,
  });
  const remove = useMutation({
    mutationFn: (id: string) => ok(api.DELETE("/api/v1/gates/{gate_id}", { params: { path: { gate_id: id } } })),
    onSuccess: refresh,
  });
  return { save, remove };
}

/** Evaluates artifacts on a split; the jobs are answered in the same order. */
export function useEvaluate(projectId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ artifacts, ...body }: { artifacts: readonly string[]; snapshot?: string; split: Split }) => {
      const jobs: Job[] = [];
      for (const id of artifacts) {
        const job = await ok<Job>(api.POST("/api/v1/artifacts/{artifact_id}/evaluations", { params: { path: { artifact_id: id } }, body }));
        noteJob(queries, job);
        jobs.push(job);
      }
      return jobs.map(({ id }) => id);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: registryKey(projectId) }),
  });
}

/** Several jobs as they are now; `lost` are those that the server does not know (any more). */
export function useJobs(ids: readonly string[]): { jobs: Job[]; lost: number } {
  return useQueries({
    queries: ids.map((id) => ({
      queryKey: jobKey(id),
      queryFn: () => ok<Job>(api.GET("/api/v1/jobs/{job_id}", { params: { path: { job_id: id } } })),
      refetchInterval: ({ state }: { state: { data?: Job | undefined } }) => (state.data === undefined || isActive(state.data) ? POLL : false) as number | false,
    })),
    combine: (results) => ({ jobs: results.flatMap(({ data }) => data ?? []), lost: results.filter(({ isError, data }) => isError && data === undefined).length }),
  });
}

/** The evaluations of several artifacts on one split, in their order; null of one that is not there. */
export function useEvaluations(artifacts: readonly string[], judged: Judged) {
  return useQueries({
    queries: artifacts.map((id) => ({
      queryKey: ["artifact", id, "evaluation", judged],
      staleTime: Infinity,
      retry: false,
      queryFn: () =>
        ok<Evaluation>(api.GET("/api/v1/artifacts/{artifact_id}/evaluation", { params: { path: { artifact_id: id }, query: judged } })),
    })),
  });
}
