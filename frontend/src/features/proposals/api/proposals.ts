import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { noteJob } from "@/api/jobs";
import type { components } from "@/api/schema";
import type { Job } from "@/api/types";
import type { Proposal } from "../model/proposals";

type Schemas = components["schemas"];

interface Proposals {
  uncertainty: number | null;
  margin: number | null;
  results: Proposal[];
}

/** What models propose for an image and nobody has decided on, by falling score. News of the image make it stale. */
export function useProposals(assetId: string, enabled: boolean) {
  return useQuery({
    queryKey: ["asset", assetId, "proposals"],
    enabled,
    queryFn: () =>
      ok<Proposals>(api.GET("/api/v1/assets/{asset_id}/proposals", { params: { path: { asset_id: assetId }, query: { state: "pending" } } })),
  });
}

/** Takes proposals over as shapes, or turns them down. */
export function useDecide(projectId: string, assetId: string) {
  const queries = useQueryClient();
  const params = { path: { asset_id: assetId } };
  const refresh = () =>
    Promise.all([queries.invalidateQueries({ queryKey: ["asset", assetId] }), queries.invalidateQueries({ queryKey: ["assets", projectId] })]);
  const accept = useMutation({
    mutationFn: (ids: readonly string[]) =>
      ok<Schemas["AcceptedProposals"]>(api.POST("/api/v1/assets/{asset_id}/proposals/accept", { params, body: { ids: [...ids] } })),
    onSuccess: refresh,
  });
  const reject = useMutation({
    mutationFn: (ids: readonly string[]) => ok(api.POST("/api/v1/assets/{asset_id}/proposals/reject", { params, body: { ids: [...ids] } })),
    onSuccess: refresh,
  });
  return { accept, reject };
}

export interface Prelabel {
  deployment: string;
  threshold: number;
  only_unannotated: boolean;
  assets?: string[];
}

export function usePrelabel(projectId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Prelabel) =>
      ok<Job>(
        api.POST("/api/v1/projects/{project_id}/prelabel", {
          params: { path: { project_id: projectId } },
          // What the document gives defaults to need not be said.
          body: body as Schemas["PrelabelRequest"],
        }),
      ),
    onSuccess: (job) => noteJob(queries, job),
  });
}
