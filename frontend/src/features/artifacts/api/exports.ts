import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { isActive } from "@/api/jobs";
import type { Page } from "@/api/paging";
import type { Artifact, Deployment, ExportJob, ExportOptions, Job, Tradeoffs } from "@/api/types";
import { get, post, remove } from "@/api/wire";
import { notifyProblem } from "@/components/notify";
import { freshExportName } from "@/features/deployments/model/names";

const POLL = 3000;

/** What the artifact can be exported as; of what cannot be made, why. */
export function useExportOptions(id: string) {
  return useQuery({
    queryKey: ["artifact", id, "exports", "options"],
    staleTime: Infinity,
    queryFn: () => get<ExportOptions>(`/api/v1/artifacts/${id}/exports/options`),
  });
}

/** Every export that was asked for, the newest first. */
export function useExports(id: string) {
  return useQuery({
    queryKey: ["artifact", id, "exports"],
    enabled: id !== "",
    queryFn: async () => (await get<Page<ExportJob>>(`/api/v1/artifacts/${id}/exports`, { limit: 200 })).results,
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
    mutationFn: (body: ExportInput) => post<Job>(`/api/v1/artifacts/${id}/exports`, body),
    onSettled: () => queries.invalidateQueries({ queryKey: ["artifact", id, "exports"], exact: true }),
  });
}

export async function deleteExport(artifactId: string, exportId: string): Promise<void> {
  await remove(`/api/v1/artifacts/${artifactId}/exports/${exportId}`);
}

export function useTradeoffs(id: string) {
  return useQuery({
    queryKey: ["artifact", id, "exports", "tradeoffs"],
    queryFn: () => get<Tradeoffs>(`/api/v1/artifacts/${id}/tradeoffs`),
  });
}

/** Deploys an export under a name of its own and goes to where it starts. */
export function useDeployExport(artifact: Artifact) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (chosen: { export: string; quantization: string }) => {
      const { results } = await get<Page<Deployment>>(`/api/v1/projects/${artifact.project}/deployments`, { limit: 200 });
      const name = freshExportName(artifact, chosen.quantization, results.map((one) => one.name));
      return post<Deployment>(`/api/v1/projects/${artifact.project}/deployments`, { name, artifact: artifact.id, export: chosen.export });
    },
    onSuccess: async (deployment) => {
      await queries.invalidateQueries({ queryKey: ["deployments", artifact.project] });
      await navigate(`/projects/${artifact.project}/deployments/${deployment.id}`);
    },
    onError: (error) => notifyProblem("Deploying", error),
  });
}
