import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, ok } from "@/api/client";
import { everyPage, type Page } from "@/api/paging";
import type { components } from "@/api/schema";
import { postForm } from "@/api/upload";

export type WeightFile = components["schemas"]["WeightFile"];

const weightsKey = (projectId: string) => ["weights", projectId] as const;

export function useWeightFiles(projectId: string) {
  return useQuery({
    queryKey: weightsKey(projectId),
    queryFn: () =>
      everyPage<WeightFile>((cursor) =>
        ok<Page<WeightFile>>(
          api.GET("/api/v1/projects/{project_id}/weights", {
            params: { path: { project_id: projectId }, query: { limit: 200, cursor } },
          }),
        ),
      ),
  });
}

/** `progress` is the part of the file that has been sent. */
export function useUploadWeights(projectId: string) {
  const queries = useQueryClient();
  const [progress, setProgress] = useState(0);
  const upload = useMutation({
    mutationFn: (file: File) => {
      const form = new FormData();
      form.set("file", file);
      setProgress(0);
      return postForm<WeightFile>(`/api/v1/projects/${projectId}/weights`, form, { onProgress: setProgress });
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: weightsKey(projectId) }),
  });
  return { upload, progress };
}

export function useDeleteWeights(projectId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => ok(api.DELETE("/api/v1/weights/{weights_id}", { params: { path: { weights_id: id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: weightsKey(projectId) }),
  });
}
