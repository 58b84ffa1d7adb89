import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api as typed, ok } from "@/api/client";
import { type Choice, choiceQuery } from "../model/choice";
import type { ClassCurve, Draft } from "../model/thresholds";
import { NO_FILTERS } from "@/features/data/model/filters";

// eslint-disable-next-line @typescript-eslint/no-explicit-any
const api = typed as any;

export interface Thresholds {
  unit: "pixels" | "objects";
  classes: ClassCurve[];
}

/** The curves of all images of an evaluation: they cannot be filtered. */
export function useThresholds(artifactId: string, choice: Choice) {
  const query = choiceQuery({ ...choice, filters: NO_FILTERS });
  return useQuery({
    queryKey: ["artifact", artifactId, "evaluation", "thresholds", query],
    staleTime: 60_000,
    placeholderData: (before: Thresholds | undefined) => before,
    queryFn: () =>
      ok<Thresholds>(api.GET("/api/v1/artifacts/{artifact_id}/evaluation/thresholds", { params: { path: { artifact_id: artifactId }, query } })),
  });
}

/** Keeps thresholds with the artifact: its bundles and deployments apply them. */
export function useSaveThresholds(artifactId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (thresholds: Draft) =>
      ok<{ detail?: string }>(api.PUT("/api/v1/artifacts/{artifact_id}/thresholds", { params: { path: { artifact_id: artifactId } }, body: { thresholds } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["artifact", artifactId] }),
  });
}
