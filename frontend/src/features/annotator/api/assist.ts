import { useQuery } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { explain } from "@/api/problem";
import type { components } from "@/api/schema";
import type { Polygon, Rle } from "@/api/types";
import type { Assist } from "../model/tools/smart";

type Schemas = components["schemas"];
export type AssistEngine = Schemas["AssistEngine"];

/** What answers clicks here, and what else could. */
export function useEngines(assetId: string, wanted: boolean) {
  return useQuery({
    queryKey: ["assist-engines", assetId],
    enabled: wanted,
    staleTime: 60_000,
    queryFn: () =>
      ok<Schemas["AssistEngines"]>(api.GET("/api/v1/assets/{asset_id}/assist/engines", { params: { path: { asset_id: assetId } } })),
  });
}

/** Has the engine look at the picture ahead of the first click. A failure only makes that click slower. */
export function usePrepared(assetId: string, wanted: boolean) {
  return useQuery({
    queryKey: ["assist-prepared", assetId],
    enabled: wanted,
    staleTime: Infinity,
    retry: false,
    refetchOnWindowFocus: false,
    queryFn: () =>
      ok<Schemas["Prepared"]>(
        api.POST("/api/v1/assets/{asset_id}/assist/prepare", { params: { path: { asset_id: assetId } }, body: {} }),
      ),
  });
}

/** Asks the engine of an image what clicks mean. `wantsOutline` says whether the answer is to be corners rather than pixels. */
export function assistOn(assetId: string, wantsOutline: () => boolean): Assist {
  return async (clicks, box) => {
    const body: Schemas["ClickListRequest"] = { points: clicks.map(({ at: [x, y], positive }) => [x, y, positive ? 1 : 0]) };
    if (box) body.box = [...box];
    try {
      const { mask, polygons, score, engine, milliseconds } = await ok<Omit<Schemas["Assist"], "mask" | "polygons"> & { mask: Rle; polygons: Polygon[] }>(
        api.POST("/api/v1/assets/{asset_id}/assist", { params: { path: { asset_id: assetId } }, body }),
      );
      // No polygon, no pixel: nothing was found.
      if (polygons.length === 0) return { geometry: null, score, engine, milliseconds };
      return { geometry: wantsOutline() ? { kind: "polygons", polygons } : { kind: "mask", mask }, score, engine, milliseconds };
    } catch (error) {
      const { title, detail, next } = explain(error);
      throw new Error([title, detail, next].filter((part) => part !== "").map(sentence).join(" "), { cause: error });
    }
  };
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
