import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { noteJob } from "@/api/jobs";
import type { Annotation, Asset, Job, Review, Split } from "@/api/types";
import type { Extraction } from "../model/media";

/** One image's query, also for fetching it ahead. */
export function assetQuery(id: string) {
  return queryOptions({
    queryKey: ["asset", id],
    queryFn: () => ok<Asset>(api.GET("/api/v1/assets/{asset_id}", { params: { path: { asset_id: id } } })),
  });
}

export function useAsset(id: string) {
  return useQuery(assetQuery(id));
}

export interface AnnotationSet {
  revision: number;
  results: Annotation[];
}

export function useAnnotations(assetId: string) {
  return useQuery({
    queryKey: ["asset", assetId, "annotations"],
    queryFn: () =>
      ok<AnnotationSet>(api.GET("/api/v1/assets/{asset_id}/annotations", { params: { path: { asset_id: assetId } } })),
  });
}

export type AssetChange = Partial<{ name: string; split: Split | null; tags: string[]; review: Review }>;

export function useChangeAsset(projectId: string, id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: AssetChange) =>
      ok<Asset>(api.PATCH("/api/v1/assets/{asset_id}", { params: { path: { asset_id: id } }, body })),
    onSuccess: (asset) => {
      queries.setQueryData(["asset", id], asset);
      return queries.invalidateQueries({ queryKey: ["assets", projectId] });
    },
  });
}

export function useExtractFrames(assetId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Extraction) =>
      ok<Job>(api.POST("/api/v1/assets/{asset_id}/extract", { params: { path: { asset_id: assetId } }, body })),
    onSuccess: (job) => noteJob(queries, job),
  });
}
