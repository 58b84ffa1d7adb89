import { api, csrfHeaders, ok } from "@/api/client";
import type { WireOperation, WireShape } from "../model/sync/wire";

export interface AnnotationSet {
  revision: number;
  results: WireShape[];
}

/** All shapes of an image, in painting order, as of `revision`. */
export function readAnnotations(assetId: string): Promise<AnnotationSet> {
  return ok<AnnotationSet>(api.GET("/api/v1/assets/{asset_id}/annotations", { params: { path: { asset_id: assetId } } }));
}

/** Sends an operation that outlives the page; nobody is there for the answer, which the next visit asks for again. */
export function postParting(assetId: string, operation: WireOperation): void {
  const headers = { "Content-Type": "application/json", ...csrfHeaders() };
  const body = JSON.stringify(operation);
  void fetch(`/api/v1/assets/${assetId}/changes`, { method: "POST", keepalive: true, headers, body }).catch(() => undefined);
}
