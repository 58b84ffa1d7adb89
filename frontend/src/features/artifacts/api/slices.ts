import { useQuery } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import type { components } from "@/api/schema";
import type { Split } from "@/api/types";
import { type Choice, choiceQuery } from "../model/choice";
import type { Dimension } from "../model/slices";

type Schemas = components["schemas"];

/** Slices of objects are measured by the share of their pixels that are right, or by their best IoU; `value` is that of all of them. */
export type Slices = Omit<Schemas["Slices"], "metric" | "dimensions" | "leaks"> & {
  metric: "recall" | "iou";
  dimensions: Dimension[];
  leaks: { groups: number; results: { assets: { id: string; name: string; split: Split }[] }[] };
};

export function useSlices(artifactId: string, choice: Choice) {
  const query = choiceQuery(choice);
  return useQuery({
    queryKey: ["artifact", artifactId, "evaluation", "slices", query],
    staleTime: 60_000,
    placeholderData: (before: Slices | undefined) => before,
    queryFn: () => ok<Slices>(api.GET("/api/v1/artifacts/{artifact_id}/evaluation/slices", { params: { path: { artifact_id: artifactId }, query } })),
  });
}
