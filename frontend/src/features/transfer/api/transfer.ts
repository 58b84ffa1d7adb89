import { useMutation, useQuery } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import type { Page } from "@/api/paging";
import type { Format, Job } from "@/api/types";
import { sendInPieces } from "@/features/data/api/tusUpload";

export function useFormats() {
  return useQuery({
    queryKey: ["formats"],
    staleTime: Infinity,
    queryFn: async () => (await ok<Page<Format>>(api.GET("/api/v1/formats"))).results,
  });
}

export interface ImportInput {
  format: string;
  file: File;
  createClasses: boolean;
  onProgress: (fraction: number) => void;
}

export function useStartImport(projectId: string) {
  return useMutation({
    // In pieces: a file of any size goes on where it was when the line breaks, or when it is chosen again.
    mutationFn: async ({ format, file, createClasses, onProgress }: ImportInput) => {
      const received = await sendInPieces(file, {
        projectId,
        path: file.name,
        purpose: { kind: "import", format, createClasses },
        signal: new AbortController().signal,
        onProgress,
      });
      if (received.job === null) throw new Error(received.error ?? "The file could not be imported.");
      return ok<Job>(api.GET("/api/v1/jobs/{job_id}", { params: { path: { job_id: received.job } } }));
    },
  });
}

export function useStartExport(projectId: string) {
  return useMutation({
    mutationFn: (body: { format: string; snapshot: string | null; images: boolean }) =>
      ok<Job>(api.POST("/api/v1/projects/{project_id}/exports", { params: { path: { project_id: projectId } }, body })),
  });
}
