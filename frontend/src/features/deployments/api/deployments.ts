import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { everyPage, type Page } from "@/api/paging";
import type { Deployment, DeploymentStats, DeploymentVersion, PredictAnswer } from "@/api/types";
import { postForm } from "@/api/upload";

const STARTING_POLL = 1500;
const STATS_POLL = 5000;

export function useDeployments(projectId: string) {
  return useQuery({
    queryKey: ["deployments", projectId],
    queryFn: () =>
      everyPage<Deployment>((cursor) =>
        ok<Page<Deployment>>(
          api.GET("/api/v1/projects/{project_id}/deployments", {
            params: { path: { project_id: projectId }, query: { limit: 200, cursor } },
          }),
        ),
      ),
  });
}

export function useDeployment(id: string) {
  return useQuery({
    queryKey: ["deployment", id],
    queryFn: () =>
      ok<Deployment>(api.GET("/api/v1/deployments/{deployment_id}", { params: { path: { deployment_id: id } } })),
    refetchInterval: ({ state }) => (state.data?.status === "starting" ? STARTING_POLL : false),
  });
}

export function useVersions(id: string) {
  return useQuery({
    queryKey: ["deployment", id, "versions"],
    queryFn: () =>
      everyPage<DeploymentVersion>((cursor) =>
        ok<Page<DeploymentVersion>>(
          api.GET("/api/v1/deployments/{deployment_id}/versions", {
            params: { path: { deployment_id: id }, query: { limit: 200, cursor } },
          }),
        ),
      ),
  });
}

export function useStats(id: string, running: boolean) {
  return useQuery({
    queryKey: ["deployment", id, "stats"],
    enabled: running,
    refetchInterval: STATS_POLL,
    queryFn: () =>
      ok<DeploymentStats>(
        api.GET("/api/v1/deployments/{deployment_id}/stats", { params: { path: { deployment_id: id } } }),
      ),
  });
}

export interface NewDeployment {
  name: string;
  artifact: string;
  device: string;
  runtime: string;
  quantization: string;
  replicas: number;
}

export function useCreateDeployment(projectId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: NewDeployment) =>
      ok<Deployment>(
        api.POST("/api/v1/projects/{project_id}/deployments", { params: { path: { project_id: projectId } }, body }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["deployments", projectId] }),
  });
}

export type Settings = Omit<NewDeployment, "name">;

/** The verbs of a deployment; each answers with the deployment as it is then. */
export function useDeploymentAction(id: string) {
  const queries = useQueryClient();
  const params = { path: { deployment_id: id } };
  return useMutation({
    mutationFn: (action: "stop" | "start" | { rollback: number } | { version: Settings }): Promise<unknown> => {
      if (action === "stop") return ok(api.POST("/api/v1/deployments/{deployment_id}/stop", { params }));
      if (action === "start") return ok(api.POST("/api/v1/deployments/{deployment_id}/start", { params }));
      if ("rollback" in action) {
        return ok(api.POST("/api/v1/deployments/{deployment_id}/rollback", { params, body: { version: action.rollback } }));
      }
      return ok(api.POST("/api/v1/deployments/{deployment_id}/versions", { params, body: action.version }));
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["deployment", id] });
      await queries.invalidateQueries({ queryKey: ["deployments"] });
    },
  });
}

export async function deleteDeployment(id: string): Promise<void> {
  await ok(api.DELETE("/api/v1/deployments/{deployment_id}", { params: { path: { deployment_id: id } } }));
}

export interface Trial {
  answer: PredictAnswer;
  /** What this browser waited, network and all. */
  milliseconds: number;
}

export async function predict(id: string, image: File, threshold: number): Promise<Trial> {
  const form = new FormData();
  form.append("image", image, image.name);
  const query = new URLSearchParams({ output: "polygons,mask", ...(threshold > 0 ? { threshold: String(threshold) } : {}) });
  const start = performance.now();
  const answer = await postForm<PredictAnswer>(`/api/v1/deployments/${id}/predict?${query.toString()}`, form);
  return { answer, milliseconds: performance.now() - start };
}
