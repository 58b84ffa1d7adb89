import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { isActive } from "@/api/jobs";
import type { Page } from "@/api/paging";
import type { Job, PredictionJob } from "@/api/types";
import { postForm } from "@/api/upload";
import { type Question, queryOf } from "../model/question";

const POLL = 3000;

/** What a batch job runs over. */
export type Source =
  | { kind: "snapshot"; snapshot: string; split: string | null }
  | { kind: "folder"; folder: string }
  | { kind: "video"; file: File; every: number };

export function useBatchJobs(id: string) {
  return useQuery({
    queryKey: ["deployment", id, "jobs"],
    queryFn: async () =>
      (await ok<Page<PredictionJob>>(api.GET("/api/v1/deployments/{deployment_id}/jobs", { params: { path: { deployment_id: id }, query: { limit: 50 } } }))).results,
    refetchInterval: ({ state }) => (state.data?.some(isActive) ? POLL : false),
  });
}

interface Batch {
  source: Source;
  question: Question;
  /** Whether pictures of the answers are made, too. */
  overlays: boolean;
  onProgress: (share: number) => void;
}

export function useStartBatch(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ source, question, overlays, onProgress }: Batch) => {
      const query = queryOf(question);
      query.delete("output");
      if (source.kind !== "video") {
        const params = { path: { deployment_id: id }, query: Object.fromEntries(query) };
        const named = source.kind === "folder" ? { folder: source.folder } : { snapshot: source.snapshot, split: source.split };
        return ok<Job>(api.POST("/api/v1/deployments/{deployment_id}/jobs", { params, body: { ...named, overlays } }));
      }
      const form = new FormData();
      form.append("video", source.file, source.file.name);
      form.append("every", String(source.every));
      form.append("overlays", String(overlays));
      const asked = query.toString();
      return postForm<Job>(`/api/v1/deployments/${id}/jobs${asked === "" ? "" : `?${asked}`}`, form, { onProgress });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["deployment", id, "jobs"] }),
  });
}
