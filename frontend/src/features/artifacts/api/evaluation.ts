import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { noteJob } from "@/api/jobs";
import { everyPage, nextParameter, type Page } from "@/api/paging";
import type { components } from "@/api/schema";
import type { Job, Split } from "@/api/types";
import { type Cell, type Choice, choiceQuery } from "../model/choice";

type Schemas = components["schemas"];
export type EvaluationRow = Schemas["EvaluationRow"];
export type Evaluation = Schemas["Evaluation"];
export type MetricDefinition = Schemas["MetricDefinition"];
export type EvaluatedImage = Schemas["EvaluatedImage"];

const listKey = (artifactId: string) => ["artifact", artifactId, "evaluations"] as const;

/** Every snapshot and split that the artifact was measured on. */
export function useEvaluations(artifactId: string) {
  return useQuery({
    queryKey: listKey(artifactId),
    queryFn: () =>
      everyPage<EvaluationRow>((cursor) =>
        ok<Page<EvaluationRow>>(
          api.GET("/api/v1/artifacts/{artifact_id}/evaluations", { params: { path: { artifact_id: artifactId }, query: { limit: 200, cursor } } }),
        ),
      ),
  });
}

export function useStartEvaluation(artifactId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { snapshot?: string; split: Split }) =>
      ok<Job>(api.POST("/api/v1/artifacts/{artifact_id}/evaluations", { params: { path: { artifact_id: artifactId } }, body })),
    onSuccess: (job) => noteJob(queries, job),
  });
}

/** Everything that was read of an artifact's evaluations is stale: one of them is new. */
export function useForgetEvaluations(artifactId: string) {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: ["artifact", artifactId] });
}

/** The numbers of the chosen images; those shown stay while others are counted. */
export function useEvaluation(artifactId: string, choice: Choice) {
  const query = choiceQuery(choice);
  return useQuery({
    queryKey: ["artifact", artifactId, "evaluation", query],
    staleTime: 60_000,
    placeholderData: (before: Evaluation | undefined) => before,
    queryFn: () => ok<Evaluation>(api.GET("/api/v1/artifacts/{artifact_id}/evaluation", { params: { path: { artifact_id: artifactId }, query } })),
  });
}

export function useMetricDefinitions() {
  return useQuery({
    queryKey: ["metric-definitions"],
    staleTime: Infinity,
    queryFn: async () => (await ok<Page<MetricDefinition>>(api.GET("/api/v1/metric-definitions"))).results,
  });
}

export interface ImagesPage extends Page<EvaluatedImage> {
  count: number;
}

const PAGE = 24;

/** The images behind a cell of the matrix, those with most of its pixels first. */
export function useCellImages(artifactId: string, choice: Choice, cell: Cell) {
  const query = { ...choiceQuery(choice), cell: cell.join(","), order: "-pixels" as const, limit: PAGE };
  return useInfiniteQuery({
    queryKey: ["artifact", artifactId, "evaluation", "images", query],
    initialPageParam: undefined as number | undefined,
    staleTime: 60_000,
    queryFn: ({ pageParam }) =>
      ok<ImagesPage>(
        api.GET("/api/v1/artifacts/{artifact_id}/evaluation/images", { params: { path: { artifact_id: artifactId }, query: { ...query, cursor: pageParam } } }),
      ),
    getNextPageParam: (page) => {
      const next = nextParameter(page, "cursor");
      return next === null ? undefined : Number(next);
    },
  });
}

/** The cell's pixels of one image, outlined and tinted. */
export function cellUrl(artifactId: string, assetId: string, { snapshot, split }: Choice, cell: Cell): string {
  const query = new URLSearchParams({ cell: cell.join(","), ...(snapshot === null ? {} : { snapshot }), split });
  return `/api/v1/artifacts/${artifactId}/predictions/${assetId}/cell.png?${query.toString()}`;
}
