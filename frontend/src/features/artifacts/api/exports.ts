import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { api, ok } from "@/api/client";
import { isActive } from "@/api/jobs";
import type { Page } from "@/api/paging";
import { toldProblem } from "@/api/problem";
import type { Artifact, Deployment, ExportJob, ExportOptions, Job, Tradeoffs } from "@/api/types";
import { notifyProblem } from "@/components/notify";
import { refusals } from "@/features/deployments/model/gates";
import { freshExportName } from "@/features/deployments/model/names";

const POLL = 3000;

/** What the artifact can be exported as; of what cannot be made, why. */
export function useExportOptions(id: string) {
  return useQuery({
    queryKey: ["artifact", id, "exports", "options"],
    staleTime: Infinity,
    queryFn: () => ok<ExportOptions>(api.GET("/api/v1/artifacts/{artifact_id}/exports/options", { params: { path: { artifact_id: id } } })),
  });
}

/** Every export that was asked for, the newest first. */
export function useExports(id: string) {
  return useQuery({
    queryKey: ["artifact", id, "exports"],
    enabled: id !== "",
    queryFn: async () =>
      (await ok<Page<ExportJob>>(api.GET("/api/v1/artifacts/{artifact_id}/exports", { params: { path: { artifact_id: id }, query: { limit: 200 } } }))).results,
    refetchInterval: ({ state }) => (state.data?.some(isActive) ? POLL : false),
  });
}

export interface ExportInput {
  format: string;
  quantization: string;
  pruning?: number;
  pruning_method?: string;
  fine_tune_steps?: number;
  budget?: number;
}

export function useStartExport(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: ExportInput) => ok<Job>(api.POST("/api/v1/artifacts/{artifact_id}/exports", { params: { path: { artifact_id: id } }, body })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["artifact", id, "exports"], exact: true }),
  });
}

export async function deleteExport(artifactId: string, exportId: string): Promise<void> {
  await ok(api.DELETE("/api/v1/artifacts/{artifact_id}/exports/{job_id}", { params: { path: { artifact_id: artifactId, job_id: exportId } } }));
}

export function useTradeoffs(id: string) {
  return useQuery({
    queryKey: ["artifact", id, "exports", "tradeoffs"],
    queryFn: () => ok<Tradeoffs>(api.GET("/api/v1/artifacts/{artifact_id}/tradeoffs", { params: { path: { artifact_id: id } } })),
  });
}

/** Deploys an export under a name of its own and goes to where it starts. */
export function useDeployExport(artifact: Artifact) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (chosen: { export: string; quantization: string }) => {
      const path = { project_id: artifact.project };
      const { results } = await ok<Page<Deployment>>(api.GET("/api/v1/projects/{project_id}/deployments", { params: { path, query: { limit: 200 } } }));
      const name = freshExportName(artifact, chosen.quantization, results.map((one) => one.name));
      return ok<Deployment>(api.POST("/api/v1/projects/{project_id}/deployments", { params: { path }, body: { name, export: chosen.export, override_gates: false } }));
    },
    onSuccess: async (deployment) => {
      await queries.invalidateQueries({ queryKey: ["deployments", artifact.project] });
      await navigate(`/projects/${artifact.project}/deployments/${deployment.id}`);
    },
    onError: (error, chosen) => {
      const against = refusals(error);
      if (against.length === 0) return notifyProblem("Deploying", error);
      // The form says what is missing, and has an admin's way past it.
      notifyProblem("Deploying", toldProblem({ title: "Gates refuse this model", detail: against.map(({ message }) => message).join(" ") }));
      return void navigate(`/projects/${artifact.project}/deployments?artifact=${artifact.id}&export=${chosen.export}`);
    },
  });
}
