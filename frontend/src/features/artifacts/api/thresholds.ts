import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import type { components } from "@/api/schema";
import { NO_FILTERS } from "@/features/data/model/filters";
import { type Choice, choiceQuery } from "../model/choice";
import type { Draft } from "../model/thresholds";

type Schemas = components["schemas"];
export type Thresholds = Schemas["ThresholdCurves"];

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
      ok<Schemas["ChosenThresholds"]>(api.PUT("/api/v1/artifacts/{artifact_id}/thresholds", { params: { path: { artifact_id: artifactId } }, body: { thresholds } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["artifact", artifactId] }),
  });
}
