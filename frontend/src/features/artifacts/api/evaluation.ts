import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api as typed, ok } from "@/api/client";
import { noteJob } from "@/api/jobs";
import { everyPage, nextParameter, type Page } from "@/api/paging";
import type { ClassScore, Job, Split } from "@/api/types";
import { type Cell, type Choice, choiceQuery } from "../model/choice";

// eslint-disable-next-line @typescript-eslint/no-explicit-any
const api = typed as any;

export type Interval = readonly [low: number, high: number] | null;

export interface EvaluationRow {
  id: string;
  artifact: string;
  snapshot: { id: string; name: string };
  split: Split;
  images: number;
  miou: number;
  map: number | null;
  created_at: string;
}

export interface ReliabilityBin {
  low: number;
  high: number;
  pixels: number;
  confidence: number | null;
  accuracy: number | null;
}

export interface Intervals {
  level: number;
  resamples: number;
  per_class_iou: Record<string, Interval>;
  [metric: string]: Interval | number | Record<string, Interval> | undefined;
}

export interface Evaluation {
  artifact: string;
  snapshot: string;
  split: Split;
  images: number;
  miou: number;
  f1: number;
  precision: number;
  recall: number;
  pixel_accuracy: number;
  frequency_weighted_iou: number;
  boundary_f1: number | null;
  loss: number | null;
  map?: number | null;
  map50?: number | null;
  map75?: number | null;
  map_small?: number | null;
  map_medium?: number | null;
  map_large?: number | null;
  pq?: number | null;
  sq?: number | null;
  rq?: number | null;
  classes: (ClassScore & { boundary_f1?: number | null })[];
  confusion_matrix: { labels: string[]; counts: number[][] };
  calibration: { ece: number | null; bins: ReliabilityBin[] };
  intervals: Intervals | null;
}

export interface MetricDefinition {
  name: string;
  title: string;
  definition: string;
  formula: string;
  source: string;
  url: string;
}

export interface EvaluatedImage {
  asset: string;
  name: string;
  width: number;
  height: number;
  miou: number | null;
  loss: number | null;
  confidence: number | null;
  entropy: number | null;
  iou: number | null;
  pixels: number | null;
  share: number | null;
}

const listKey = (artifactId: string) => ["artifact", artifactId, "evaluations"] as const;

/** Every snapshot and split that the artifact was measured on. */
export function useEvaluations(artifactId: string) {
  return useQuery({
    queryKey: listKey(artifactId),
    queryFn: () =>
      everyPage<EvaluationRow>((cursor) =>
        ok<Page<EvaluationRow>>(
          typed.GET("/api/v1/artifacts/{artifact_id}/evaluations", { params: { path: { artifact_id: artifactId }, query: { limit: 200, cursor } } }),
        ),
      ),
  });
}

export function useStartEvaluation(artifactId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { snapshot?: string; split: Split }) =>
      ok<Job>(typed.POST("/api/v1/artifacts/{artifact_id}/evaluations", { params: { path: { artifact_id: artifactId } }, body })),
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
    queryFn: () => ok<Evaluation>(typed.GET("/api/v1/artifacts/{artifact_id}/evaluation", { params: { path: { artifact_id: artifactId }, query } })),
  });
}

export function useMetricDefinitions() {
  return useQuery({
    queryKey: ["metric-definitions"],
    staleTime: Infinity,
    queryFn: async () => (await ok<Page<MetricDefinition>>(typed.GET("/api/v1/metric-definitions"))).results,
  });
}

export interface ImagesPage extends Page<EvaluatedImage> {
  count: number;
}

const PAGE = 24;

/** The images behind a cell of the matrix, those with most of its pixels first. */
export function useCellImages(artifactId: string, choice: Choice, cell: Cell) {
  const query = { ...choiceQuery(choice), cell: cell.join(","), order: "-pixels", limit: PAGE };
  return useInfiniteQuery({
    queryKey: ["artifact", artifactId, "evaluation", "images", query],
    initialPageParam: undefined as string | undefined,
    staleTime: 60_000,
    queryFn: ({ pageParam }) =>
      ok<ImagesPage>(
        api.GET("/api/v1/artifacts/{artifact_id}/evaluation/images", { params: { path: { artifact_id: artifactId }, query: { ...query, cursor: pageParam } } }),
      ),
    getNextPageParam: (page) => nextParameter(page, "cursor") ?? undefined,
  });
}

/** The cell's pixels of one image, outlined and tinted. */
export function cellUrl(artifactId: string, assetId: string, { snapshot, split }: Choice, cell: Cell): string {
  const query = new URLSearchParams({ cell: cell.join(","), ...(snapshot === null ? {} : { snapshot }), split });
  return `/api/v1/artifacts/${artifactId}/predictions/${assetId}/cell.png?${query.toString()}`;
}
