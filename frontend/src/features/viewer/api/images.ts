import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { nextParameter } from "@/api/paging";
import type { components } from "@/api/schema";
import { type Choice, choiceQuery } from "@/features/artifacts/model/choice";
import type { Address } from "../model/address";
import type { Step } from "../model/timeline";

/** One image of an evaluation and how well it went. */
export type ImageRow = components["schemas"]["EvaluatedImage"];
type ImagesPage = components["schemas"]["EvaluatedImages"];

const PAGE = 200;
type Asked = Pick<Address, "order" | "label" | "cell" | "against">;

/** The images of an evaluation that pass the filters, in an order. */
export function useImages(artifactId: string, choice: Choice, { order, label, cell, against }: Asked) {
  const query = {
    ...choiceQuery(choice),
    order,
    ...(label === null ? {} : { label }),
    ...(cell === null ? {} : { cell }),
    ...(against === null ? {} : { against }),
    limit: PAGE,
  };
  return useInfiniteQuery({
    queryKey: ["artifact", artifactId, "evaluation", "images", query],
    // A class has to be chosen before its IoU can order anything.
    enabled: order !== "iou" || label !== null,
    staleTime: 60_000,
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam }) =>
      ok<ImagesPage>(
        api.GET("/api/v1/artifacts/{artifact_id}/evaluation/images", { params: { path: { artifact_id: artifactId }, query: { ...query, cursor: pageParam } } }),
      ),
    getNextPageParam: (page) => {
      const cursor = nextParameter(page, "cursor");
      return cursor === null ? undefined : Number(cursor);
    },
  });
}

/** What a run kept of its way through the steps on one image: empty where that is nothing. */
export function useSteps(runId: string, assetId: string | null) {
  return useQuery({
    queryKey: ["run", runId, "images", assetId],
    enabled: assetId !== null,
    staleTime: 300_000,
    retry: false,
    queryFn: async () => (await ok<{ steps: Step[] }>(api.GET("/api/v1/runs/{run_id}/images/{asset_id}", { params: { path: { run_id: runId, asset_id: assetId ?? "" } } }))).steps,
  });
}
