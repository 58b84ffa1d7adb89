import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Page } from "@/api/paging";
import { postForm } from "@/api/upload";
import { send } from "./wire";

export interface WeightFile {
  id: string;
  name: string;
  size: number;
  sha256: string;
  tensors: number;
  parameters: number;
  created_at: string;
  created_by: { id: string; email: string } | null;
}

const weightsKey = (projectId: string) => ["weights", projectId] as const;

export function useWeightFiles(projectId: string) {
  return useQuery({
    queryKey: weightsKey(projectId),
    queryFn: async () => (await send<Page<WeightFile>>("GET", `/api/v1/projects/${projectId}/weights?limit=200`)).results,
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
    mutationFn: (id: string) => send("DELETE", `/api/v1/weights/${id}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: weightsKey(projectId) }),
  });
}
