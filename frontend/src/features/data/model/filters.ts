import type { Review, Split } from "@/api/types";

/** What a list shows. Of several values of one filter any will do; a class or tag with "-" before it must not be there. */
export interface AssetFilters {
  name: string;
  split: readonly (Split | "none")[];
  review: readonly Review[];
  class: readonly string[];
  tag: readonly string[];
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
  /** Pixels of the displayed picture. */
  min_width: number | null;
  max_width: number | null;
  min_height: number | null;
  max_height: number | null;
  /** Bytes of the file. */
  min_size: number | null;
  max_size: number | null;
  /** Days, as "2026-11-23". */
  created_after: string | null;
  created_before: string | null;
  /** Only images that have a near duplicate. */
  duplicates: boolean | null;
  /** What lies in the trash, instead of what does not. */
  deleted: boolean | null;
  order: Order;
}

export const ORDERS = {
  "-created_at": "Newest first",
  created_at: "Oldest first",
  name: "Name A–Z",
  "-name": "Name Z–A",
  "-annotation_count": "Most annotations",
  annotation_count: "Fewest annotations",
  "-size": "Largest files",
  size: "Smallest files",
  "-updated_at": "Changed last",
  updated_at: "Changed first",
  "-uncertainty": "Model least sure",
  margin: "Closest call",
} as const;
export type Order = keyof typeof ORDERS;
export const DEFAULT_ORDER: Order = "-created_at";

export const SPLITS = ["train", "val", "test", "none"] as const;
export const REVIEWS = ["todo", "in_progress", "in_review", "approved", "rejected"] as const;
const MEDIA = ["image", "video"] as const;
const STATUSES = ["ready", "processing", "rejected"] as const;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

function oneOf<T extends string>(value: string | null, allowed: readonly T[]): T | null {
  return allowed.find((known) => known === value) ?? null;
}

function anyOf<T extends string>(value: string | null, allowed: readonly T[]): T[] {
  return several(value).flatMap((each) => oneOf(each, allowed) ?? []);
}

function several(value: string | null): string[] {
  return [...new Set((value ?? "").split(/(?<!\\),/).filter((each) => each !== "" && each !== "-"))];
}

/** A tag as a filter names it: a backslash keeps a comma, or a minus at the beginning, what it is. */
export function named(tag: string): string {
  return tag.replaceAll(/[,\\]|^-/g, (sign) => `\\${sign}`);
}

export function plain(value: string): string {
  return value.replaceAll(/\\([,\\-])/g, "$1");
}

function truth(value: string | null): boolean | null {
  return value === "true" ? true : value === "false" ? false : null;
}

function whole(value: string | null): number | null {
  return value !== null && /^\d{1,15}$/.test(value) ? Number(value) : null;
}

function day(value: string | null): string | null {
  return value !== null && DAY.test(value) && !Number.isNaN(Date.parse(value)) ? value : null;
}

/** Filters as an address carries them; what it says wrongly is left out. */
export function readFilters(search: URLSearchParams): AssetFilters {
  const get = (name: keyof AssetFilters) => search.get(name);
  return {
    name: get("name") ?? "",
    split: anyOf(get("split"), SPLITS),
    review: anyOf(get("review"), REVIEWS),
    class: several(get("class")),
    tag: several(get("tag")),
    annotated: truth(get("annotated")),
    status: oneOf(get("status"), STATUSES),
    media: oneOf(get("media"), MEDIA),
    video: get("video"),
    assignee: get("assignee"),
    reviewer: get("reviewer"),
    proposals: get("proposals") === "true" ? true : null,
    comments: oneOf(get("comments"), ["open"] as const),
    min_width: whole(get("min_width")),
    max_width: whole(get("max_width")),
    min_height: whole(get("min_height")),
    max_height: whole(get("max_height")),
    min_size: whole(get("min_size")),
    max_size: whole(get("max_size")),
    created_after: day(get("created_after")),
    created_before: day(get("created_before")),
    duplicates: get("duplicates") === "true" ? true : null,
    deleted: get("deleted") === "true" ? true : null,
    order: oneOf(get("order"), Object.keys(ORDERS) as Order[]) ?? DEFAULT_ORDER,
  };
}

/** The shortest address of filters: defaults are left out. The API takes the same names and values. */
export function writeFilters(filters: AssetFilters): URLSearchParams {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(filters)) {
    const text = Array.isArray(value) ? value.join(",") : value === null ? "" : String(value);
    if (text === "" || (key === "order" && text === DEFAULT_ORDER)) continue;
    search.set(key, text);
  }
  return search;
}

export const NO_FILTERS = readFilters(new URLSearchParams());

/** The filters as the API takes them where they are a body: without the order. */
export function filterBody(filters: AssetFilters): Record<string, string> {
  const query = writeFilters(filters);
  query.delete("order");
  return Object.fromEntries(query);
}

/** How many filters narrow the list; the order does not, and the trash is another list. */
export function countFilters(filters: AssetFilters): number {
  return [...writeFilters(filters).keys()].filter((key) => key !== "order" && key !== "deleted").length;
}

/** Whether two lists show the same, in the same order. */
export function sameList(a: AssetFilters, b: AssetFilters): boolean {
  const text = (filters: AssetFilters) => [...writeFilters(filters)].map(([key, value]) => `${key}=${value}`).sort().join("&");
  return text(a) === text(b);
}

/** Where an image is annotated; the list's filters come along, so that next and previous keep them. */
export function annotatePath(projectId: string, assetId: string, search: URLSearchParams): string {
  const query = search.toString();
  return `/projects/${projectId}/annotate/${assetId}${query === "" ? "" : `?${query}`}`;
}

/** Where the images lie that pass these filters and no others. */
export function dataPath(projectId: string, filters: Partial<AssetFilters>): string {
  const query = writeFilters({ ...NO_FILTERS, ...filters }).toString();
  return `/projects/${projectId}/data${query === "" ? "" : `?${query}`}`;
}
