import { useMutation, useQuery } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import type { Page } from "@/api/paging";
import type { Format, Job } from "@/api/types";
import { postForm } from "@/api/upload";

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
    mutationFn: ({ format, file, createClasses, onProgress }: ImportInput) => {
      const form = new FormData();
      form.append("format", format);
      form.append("create_classes", String(createClasses));
      form.append("file", file, file.name);
      return postForm<Job>(`/api/v1/projects/${projectId}/imports`, form, { onProgress });
    },
  });
}

export function useStartExport(projectId: string) {
  return useMutation({
    mutationFn: (body: { format: string; snapshot: string | null; images: boolean }) =>
      ok<Job>(api.POST("/api/v1/projects/{project_id}/exports", { params: { path: { project_id: projectId } }, body })),
  });
}
