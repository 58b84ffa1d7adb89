import type { Review } from "@/api/types";
import { REVIEW_NAMES } from "@/features/review/model/history";
import { type AssetFilters, NO_FILTERS, plain } from "./filters";

/** What one chip of the filter bar is about. */
export type Kind =
  | "class"
  | "tag"
  | "split"
  | "review"
  | "annotated"
  | "assignee"
  | "reviewer"
  | "comments"
  | "proposals"
  | "duplicates"
  | "width"
  | "height"
  | "size"
  | "created"
  | "media"
  | "status"
  | "video";

interface Said {
  title: string;
  /** The filters that it sets. */
  keys: readonly (keyof AssetFilters)[];
}

export const KINDS: Record<Kind, Said> = {
  class: { title: "Class", keys: ["class"] },
  tag: { title: "Tag", keys: ["tag"] },
  split: { title: "Split", keys: ["split"] },
  review: { title: "Review", keys: ["review"] },
  annotated: { title: "Annotated", keys: ["annotated"] },
  assignee: { title: "Annotator", keys: ["assignee"] },
  reviewer: { title: "Reviewer", keys: ["reviewer"] },
  comments: { title: "Open comments", keys: ["comments"] },
  proposals: { title: "Proposals", keys: ["proposals"] },
  duplicates: { title: "Near duplicates", keys: ["duplicates"] },
  width: { title: "Width", keys: ["min_width", "max_width"] },
  height: { title: "Height", keys: ["min_height", "max_height"] },
  size: { title: "File size", keys: ["min_size", "max_size"] },
  created: { title: "Added", keys: ["created_after", "created_before"] },
  media: { title: "Media", keys: ["media"] },
  status: { title: "State", keys: ["status"] },
  video: { title: "Frames of one video", keys: ["video"] },
};

/** These are there or not: nothing has to be chosen. */
export const SWITCHES: Partial<Record<Kind, Partial<AssetFilters>>> = {
  comments: { comments: "open" },
  proposals: { proposals: true },
  duplicates: { duplicates: true },
};

export const SPLIT_NAMES = { train: "Train", val: "Validation", test: "Test", none: "No split" } as const;
export const STATUS_WORDS = { ready: "Ready", processing: "Processing", rejected: "Not readable" } as const;

const isSet = (value: AssetFilters[keyof AssetFilters]) => (Array.isArray(value) ? value.length > 0 : value !== null && value !== "");

/** Which chips there are, in the order in which they are offered. */
export function activeKinds(filters: AssetFilters): Kind[] {
  return (Object.keys(KINDS) as Kind[]).filter((kind) => KINDS[kind].keys.some((key) => isSet(filters[key])));
}

/** What takes a chip away. */
export function cleared(kind: Kind): Partial<AssetFilters> {
  return Object.fromEntries(KINDS[kind].keys.map((key) => [key, NO_FILTERS[key]])) as Partial<AssetFilters>;
}

export interface Names {
  className: (id: string) => string;
  personName: (id: string) => string;
}

const MOST_NAMED = 2;

/** What a chip says behind its title; "" where the title says it all. */
export function chipText(kind: Kind, filters: AssetFilters, { className, personName }: Names): string {
  switch (kind) {
    case "class":
      return choices(filters.class, className);
    case "tag":
      return choices(filters.tag, plain);
    case "split":
      return choices(filters.split, (split) => SPLIT_NAMES[split as keyof typeof SPLIT_NAMES]);
    case "review":
      return choices(filters.review, (state) => REVIEW_NAMES[state as Review]);
    case "annotated":
      return filters.annotated === true ? "Yes" : "No";
    case "assignee":
    case "reviewer":
      return who(filters[kind], personName);
    case "width":
      return range(filters.min_width, filters.max_width, (value) => `${value} px`);
    case "height":
      return range(filters.min_height, filters.max_height, (value) => `${value} px`);
    case "size":
      return range(filters.min_size, filters.max_size, weight);
    case "created":
      return days(filters.created_after, filters.created_before);
    case "media":
      return filters.media === "video" ? "Videos" : "Images";
    case "status":
      return filters.status === null ? "" : STATUS_WORDS[filters.status];
    case "comments":
    case "proposals":
    case "duplicates":
    case "video":
      return "";
  }
}

function choices(values: readonly string[], name: (value: string) => string): string {
  const [without, within] = [values.filter((value) => value.startsWith("-")), values.filter((value) => !value.startsWith("-"))];
  const parts = [];
  if (within.length > 0) parts.push(few(within.map(name), "or"));
  if (without.length > 0) parts.push(`without ${few(without.map((value) => name(value.slice(1))), "and")}`);
  return parts.join(", ");
}

function few(names: readonly string[], word: string): string {
  if (names.length <= MOST_NAMED) return names.join(` ${word} `);
  return `${names.slice(0, MOST_NAMED).join(", ")} ${word} ${names.length - MOST_NAMED} more`;
}

function who(value: string | null, personName: (id: string) => string): string {
  return value === "me" ? "Me" : value === null || value === "none" ? "Nobody" : personName(value);
}

function range<T extends string | number>(low: T | null, high: T | null, text: (value: T) => string): string {
  if (low !== null && high !== null) return `${text(low)} – ${text(high)}`;
  if (low !== null) return `from ${text(low)}`;
  return high === null ? "" : `up to ${text(high)}`;
}

/** The second day is not among them. */
function days(first: string | null, end: string | null): string {
  return [first === null ? "" : `from ${first}`, end === null ? "" : `before ${end}`].filter((part) => part !== "").join(" ");
}

function weight(bytes: number): string {
  return bytes >= 1e6 ? `${Number((bytes / 1e6).toFixed(1))} MB` : `${Number((bytes / 1e3).toFixed(1))} kB`;
}
