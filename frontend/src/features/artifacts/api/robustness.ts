import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api as typed, ok } from "@/api/client";
import { noteJob } from "@/api/jobs";
import { everyPage, type Page } from "@/api/paging";
import type { Job, Split } from "@/api/types";
import type { Corruption, SizePoint } from "../model/robustness";

// eslint-disable-next-line @typescript-eslint/no-explicit-any
const api = typed as any;

export interface Card {
  metric: "miou" | "map";
  images: number;
  clean: number | null;
  corruptions: Corruption[];
  tiling: { whole: number | null; tiles: number | null } | null;
  sizes: SizePoint[];
}

export interface RobustnessCard {
  id: string;
  snapshot: { id: string; name: string };
  split: Split;
  card: Card;
  created_at: string;
}

const key = (artifactId: string) => ["artifact", artifactId, "robustness"] as const;

/** The cards of an artifact, the newest first. */
export function useRobustness(artifactId: string) {
  return useQuery({
    queryKey: key(artifactId),
    queryFn: () =>
      everyPage<RobustnessCard>((cursor) =>
        ok<Page<RobustnessCard>>(api.GET("/api/v1/artifacts/{artifact_id}/robustness", { params: { path: { artifact_id: artifactId }, query: { limit: 100, cursor } } })),
      ),
  });
}

export function useStartRobustness(artifactId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { snapshot?: string; split: Split }) =>
      ok<Job>(api.POST("/api/v1/artifacts/{artifact_id}/robustness", { params: { path: { artifact_id: artifactId } }, body })),
    onSuccess: (job) => noteJob(queries, job),
  });
}

export function useForgetRobustness(artifactId: string) {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: key(artifactId) });
}
