import { useQuery } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import type { components } from "@/api/schema";

export type VideoFrames = components["schemas"]["Frames"];

/** How many frames there are and when they are shown. It never changes. */
export function useVideoFrames(assetId: string | null) {
  return useQuery({
    queryKey: ["frames", assetId ?? ""],
    enabled: assetId !== null,
    staleTime: Infinity,
    queryFn: () => ok<VideoFrames>(api.GET("/api/v1/assets/{asset_id}/frames", { params: { path: { asset_id: assetId ?? "" } } })),
  });
}

export function frameUrl(assetId: string, frame: number, size: number | null): string {
  return `/api/v1/assets/${assetId}/frames/${frame}${size === null ? "" : `?size=${size}`}`;
}
