import { useQuery } from "@tanstack/react-query";
import { api as typed, ok } from "@/api/client";
import type { Split } from "@/api/types";
import { type Choice, choiceQuery } from "../model/choice";
import type { Dimension } from "../model/slices";

// eslint-disable-next-line @typescript-eslint/no-explicit-any
const api = typed as any;

export interface LeakGroup {
  assets: { id: string; name: string; split: Split }[];
}

export interface Slices {
  /** What slices of objects are measured by: the share of their pixels that are right, or the best IoU. */
  metric: "recall" | "iou";
  /** That of all objects. */
  value: number | null;
  dimensions: Dimension[];
  leaks: { groups: number; results: LeakGroup[] };
}

export function useSlices(artifactId: string, choice: Choice) {
  const query = choiceQuery(choice);
  return useQuery({
    queryKey: ["artifact", artifactId, "evaluation", "slices", query],
    staleTime: 60_000,
    placeholderData: (before: Slices | undefined) => before,
    queryFn: () => ok<Slices>(api.GET("/api/v1/artifacts/{artifact_id}/evaluation/slices", { params: { path: { artifact_id: artifactId }, query } })),
  });
}
