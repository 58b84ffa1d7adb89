import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ok, problemOf } from "@/api/client";
import { noteJob } from "@/api/jobs";
import type { Job } from "@/api/types";

export type ReportFormat = "html" | "pdf" | "json";
const MISSING = 404;

export function reportUrl(artifactId: string, format: ReportFormat): string {
  return `/api/v1/artifacts/${artifactId}/report.${format}`;
}

const reportKey = (artifactId: string) => ["artifact", artifactId, "report"] as const;

/** Whether an artifact has a report; only its head is asked for. */
export function useHasReport(artifactId: string, enabled: boolean) {
  return useQuery({
    queryKey: reportKey(artifactId),
    enabled,
    queryFn: async ({ signal }) => {
      const answer = await fetch(reportUrl(artifactId, "json"), { method: "HEAD", signal });
      if (answer.status === MISSING) return false;
      if (!answer.ok) throw await problemOf(answer);
      return true;
    },
  });
}

export function useMakeReport(artifactId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => ok<Job>(api.POST("/api/v1/artifacts/{artifact_id}/reports", { params: { path: { artifact_id: artifactId } } })),
    onSuccess: (job) => noteJob(queries, job),
  });
}

export function useReportMade(artifactId: string): () => void {
  const queries = useQueryClient();
  return () => void queries.invalidateQueries({ queryKey: reportKey(artifactId) });
}
