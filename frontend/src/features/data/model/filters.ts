import type { Review, Split } from "@/api/types";

export interface AssetFilters {
  name: string;
  split: Split | "none" | null;
  review: Review | null;
  class: string | null;
  tag: string | null;
  annotated: boolean | null;
  status: "ready" | "processing" | "rejected" | null;
  media: "image" | "video" | null;
  /** Only images that were taken out of this video. */
  video: string | null;
  /** `me`, `none` or somebody's id. */
  assignee: string | null;
  reviewer: string | null;
  comments: "open" | null;
  /** Only images for which a model proposes something that nobody has decided on. */
  proposals: boolean | null;
  order: Order;
}

export const ORDERS = {
  "-created_at": "Newest first",
  created_at: "Oldest first",
  name: "Name A–Z",
  "-name": "Name Z–A",
  "-annotation_count": "Most annotations",
  annotation_count: "Fewest annotations",
  "-uncertainty": "Model least sure",
  margin: "Closest call",
} as const;
export type Order = keyof typeof ORDERS;
export const DEFAULT_ORDER: Order = "-created_at";

const SPLITS = ["train", "val", "test", "none"] as const;
const REVIEWS = ["todo", "in_progress", "in_review", "approved", "rejected"] as const;
const MEDIA = ["image", "video"] as const;
const STATUSES = ["ready", "processing", "rejected"] as const;

function oneOf<T extends string>(value: string | null, allowed: readonly T[]): T | null {
  return allowed.find((known) => known === value) ?? null;
}

/** Filters as an address carries them; what it says wrongly is left out. */
export function readFilters(search: URLSearchParams): AssetFilters {
  const annotated = search.get("annotated");
  const order = search.get("order");
  return {
    name: search.get("name") ?? "",
    split: oneOf(search.get("split"), SPLITS),
    review: oneOf(search.get("review"), REVIEWS),
    class: search.get("class"),
    tag: search.get("tag"),
    annotated: annotated === "true" ? true : annotated === "false" ? false : null,
    status: oneOf(search.get("status"), STATUSES),
    media: oneOf(search.get("media"), MEDIA),
    video: search.get("video"),
    assignee: search.get("assignee"),
    reviewer: search.get("reviewer"),
    proposals: search.get("proposals") === "true" ? true : null,
    comments: oneOf(search.get("comments"), ["open"] as const),
    order: oneOf(order, Object.keys(ORDERS) as Order[]) ?? DEFAULT_ORDER,
  };
}

/** The shortest address of filters: defaults are left out. The API takes the same names. */
export function writeFilters(filters: AssetFilters): URLSearchParams {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(filters)) {
    if (value === null || value === "" || (key === "order" && value === DEFAULT_ORDER)) continue;
    search.set(key, String(value));
  }
  return search;
}

/** How many filters narrow the list; the order does not. */
export function countFilters(filters: AssetFilters): number {
  return [...writeFilters(filters).keys()].filter((key) => key !== "order").length;
}

/** Where an image is annotated; the list's filters come along, so that next and previous keep them. */
export function annotatePath(projectId: string, assetId: string, search: URLSearchParams): string {
  const query = search.toString();
  return `/projects/${projectId}/annotate/${assetId}${query === "" ? "" : `?${query}`}`;
}
