import { useMutation } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import type { Job } from "@/api/types";

export interface Propagation {
  /** Of shapes that are seen on frame `from`: of those between keyframes, the id of the one before. */
  ids: string[];
  from: number;
  /** May lie before `from`. */
  to: number;
}

/** What became of an object that was followed. */
export interface Trail {
  id: string;
  track: string;
  reached: number;
  keyframes: number;
  quality: number;
  reason: "done" | "lost" | "left" | "keyframe";
}

export function usePropagate(assetId: string) {
  return useMutation({
    mutationFn: (body: Propagation) =>
      ok<Job>(api.POST("/api/v1/assets/{asset_id}/propagate", { params: { path: { asset_id: assetId } }, body: { engine: "flow", ...body } })),
  });
}

export function trailsOf(result: Record<string, unknown> | null): Trail[] {
  return Array.isArray(result?.["tracks"]) ? (result["tracks"] as Trail[]) : [];
}
