import { api, csrfHeaders, ok } from "@/api/client";
import type { WireOperation, WireShape } from "../model/sync/wire";

export interface AnnotationSet {
  revision: number;
  results: WireShape[];
}

const MOST_AHEAD = 4;
const ahead = new Map<string, Promise<AnnotationSet | null>>();

/** Reads the shapes of an image that will be opened next. What changes until then comes by the socket's replay. */
export function readAhead(assetId: string): void {
  if (ahead.has(assetId)) return;
  ahead.set(assetId, fetchAnnotations(assetId).catch(() => null));
  const [oldest] = ahead.keys();
  if (ahead.size > MOST_AHEAD && oldest !== undefined) ahead.delete(oldest);
}

/** All shapes of an image, in painting order, as of `revision`; what was read ahead is used once. */
export async function readAnnotations(assetId: string): Promise<AnnotationSet> {
  const early = ahead.get(assetId);
  ahead.delete(assetId);
  return (await early) ?? fetchAnnotations(assetId);
}

function fetchAnnotations(assetId: string): Promise<AnnotationSet> {
  return ok<AnnotationSet>(api.GET("/api/v1/assets/{asset_id}/annotations", { params: { path: { asset_id: assetId } } }));
}

/** Sends an operation that outlives the page; nobody is there for the answer, which the next visit asks for again. */
export function postParting(assetId: string, operation: WireOperation): void {
  const headers = { "Content-Type": "application/json", ...csrfHeaders() };
  const body = JSON.stringify(operation);
  void fetch(`/api/v1/assets/${assetId}/changes`, { method: "POST", keepalive: true, headers, body }).catch(() => undefined);
}
