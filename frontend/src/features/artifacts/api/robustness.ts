import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { noteJob } from "@/api/jobs";
import { everyPage, type Page } from "@/api/paging";
import type { components } from "@/api/schema";
import type { Job, Split } from "@/api/types";
import type { SizePoint } from "../model/robustness";

type Schemas = components["schemas"];
/** Where the document says "two numbers" or "one of these" in words only, their types. */
export type Card = Omit<Schemas["Card"], "metric" | "sizes"> & { metric: "miou" | "map"; sizes: SizePoint[] };
export type RobustnessCard = Omit<Schemas["RobustnessCard"], "card"> & { card: Card };

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
    mutationFn: (body: { snapshot?: string; split: Split; images: number }) =>
      ok<Job>(api.POST("/api/v1/artifacts/{artifact_id}/robustness", { params: { path: { artifact_id: artifactId } }, body })),
    onSuccess: (job) => noteJob(queries, job),
  });
}

export function useForgetRobustness(artifactId: string) {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: key(artifactId) });
}
