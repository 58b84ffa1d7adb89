import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { isActive } from "@/api/jobs";
import type { Page } from "@/api/paging";
import type { Job, PredictionJob } from "@/api/types";
import { postForm } from "@/api/upload";
import { get, post } from "@/api/wire";
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
    queryFn: async () => (await get<Page<PredictionJob>>(`/api/v1/deployments/${id}/jobs`, { limit: 50 })).results,
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
      const asked = query.toString();
      const url = `/api/v1/deployments/${id}/jobs${asked === "" ? "" : `?${asked}`}`;
      if (source.kind === "snapshot") return post<Job>(url, { snapshot: source.snapshot, split: source.split, overlays });
      if (source.kind === "folder") return post<Job>(url, { folder: source.folder, overlays });
      const form = new FormData();
      form.append("video", source.file, source.file.name);
      form.append("every", String(source.every));
      form.append("overlays", String(overlays));
      return postForm<Job>(url, form, { onProgress });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["deployment", id, "jobs"] }),
  });
}
