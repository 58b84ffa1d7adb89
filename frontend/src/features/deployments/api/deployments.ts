import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { everyPage, type Page } from "@/api/paging";
import type { Deployment, DeploymentStats, DeploymentVersion, Snippets } from "@/api/types";
import type { Limits } from "../model/settings";

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

/** An admin's way past the gates that refuse a model; the audit log says so. */
interface Override {
  override_gates?: boolean;
}

/** What a version fixes. A number that is null is left to the server. */
export interface Settings extends Limits {
  artifact: string;
  device: string;
  runtime: string;
  quantization: string;
  replicas: number;
}

export interface NewDeployment extends Settings {
  name: string;
  idle_minutes: number | null;
}

export function useCreateDeployment(projectId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: NewDeployment & Override) => ok<Deployment>(api.POST("/api/v1/projects/{project_id}/deployments", { params: { path: { project_id: projectId } }, body: { override_gates: false, ...body } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["deployments", projectId] }),
  });
}

/** The verbs of a deployment; each answers with the deployment as it is then. */
export function useDeploymentAction(id: string) {
  const queries = useQueryClient();
  const params = { path: { deployment_id: id } };
  return useMutation({
    mutationFn: (action: "stop" | "start" | { rollback: number } | { version: Settings & Override & { serve: boolean } }): Promise<unknown> => {
      if (action === "stop") return ok(api.POST("/api/v1/deployments/{deployment_id}/stop", { params }));
      if (action === "start") return ok(api.POST("/api/v1/deployments/{deployment_id}/start", { params }));
      if ("rollback" in action) {
        return ok(api.POST("/api/v1/deployments/{deployment_id}/rollback", { params, body: { version: action.rollback } }));
      }
      return ok(api.POST("/api/v1/deployments/{deployment_id}/versions", { params, body: { override_gates: false, ...action.version } }));
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

/** What may be changed without a new version. */
export type Change = Partial<Pick<Deployment, "name" | "idle_minutes" | "sampling">>;

export function useChangeDeployment(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Change) => ok<Deployment>(api.PATCH("/api/v1/deployments/{deployment_id}", { params: { path: { deployment_id: id } }, body })),
    onSuccess: async (deployment) => {
      queries.setQueryData(["deployment", id], deployment);
      await queries.invalidateQueries({ queryKey: ["deployments"] });
    },
  });
}

/** Another version beside the current one: as canary it answers a share of the requests, as shadow it only sees it. */
export function useShare(id: string, role: "canary" | "shadow") {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { version: number | null; percent: number }) => {
      const params = { path: { deployment_id: id } };
      return ok<Deployment>(
        role === "canary"
          ? api.POST("/api/v1/deployments/{deployment_id}/canary", { params, body })
          : api.POST("/api/v1/deployments/{deployment_id}/shadow", { params, body }),
      );
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["deployment", id] }),
  });
}

export function usePromote(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => ok<Deployment>(api.POST("/api/v1/deployments/{deployment_id}/promote", { params: { path: { deployment_id: id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["deployment", id] }),
  });
}

export function useSnippets(id: string) {
  return useQuery({
    queryKey: ["deployment", id, "snippets"],
    staleTime: Infinity,
    queryFn: () => ok<Snippets>(api.GET("/api/v1/deployments/{deployment_id}/snippets", { params: { path: { deployment_id: id } } })),
  });
}
