import type { Run } from "@/api/types";

export interface RunFilters {
  query: string;
  status: string[];
  tag: string | null;
  workflow: string | null;
  /** A sweep's id, "none" for runs of no sweep. */
  sweep: string | null;
}

export const SORTS = ["status", "name", "workflow", "architecture", "best", "duration", "by", "created"] as const;
export type SortKey = (typeof SORTS)[number];

export interface Sort {
  key: SortKey;
  descending: boolean;
}

const NEWEST: Sort = { key: "created", descending: true };
/** What is at work first, what ended badly before what was stopped. */
const STATUS_ORDER = ["evaluating", "running", "preparing", "queued", "succeeded", "failed", "cancelled"];

type Row = Pick<
  Run,
  "id" | "name" | "status" | "tags" | "workflow" | "sweep" | "spec" | "best" | "started_at" | "finished_at" | "created_at" | "created_by"
>;

export function readFilters(search: URLSearchParams): RunFilters {
  return {
    query: search.get("q") ?? "",
    status: (search.get("status") ?? "").split(",").filter((one) => one !== ""),
    tag: search.get("tag"),
    workflow: search.get("workflow"),
    sweep: search.get("sweep"),
  };
}

export function readSort(search: URLSearchParams): Sort {
  const text = search.get("sort") ?? "";
  const key = SORTS.find((one) => one === text.replace(/^-/, ""));
  return key === undefined ? NEWEST : { key, descending: text.startsWith("-") };
}

export function writeTable({ query, status, tag, workflow, sweep }: RunFilters, sort: Sort): URLSearchParams {
  const search = new URLSearchParams();
  if (query !== "") search.set("q", query);
  if (status.length > 0) search.set("status", status.join(","));
  if (tag !== null) search.set("tag", tag);
  if (workflow !== null) search.set("workflow", workflow);
  if (sweep !== null) search.set("sweep", sweep);
  if (sort.key !== NEWEST.key || sort.descending !== NEWEST.descending) search.set("sort", `${sort.descending ? "-" : ""}${sort.key}`);
  return search;
}

export function isFiltered({ query, status, tag, workflow, sweep }: RunFilters): boolean {
  return query !== "" || status.length > 0 || tag !== null || workflow !== null || sweep !== null;
}

export function filterRuns<T extends Row>(runs: readonly T[], { query, status, tag, workflow, sweep }: RunFilters): T[] {
  const words = query.toLowerCase().split(/\s+/).filter((word) => word !== "");
  return runs.filter((run) => {
    const text = `${run.name} ${run.tags.join(" ")} ${run.workflow.name}`.toLowerCase();
    return (
      words.every((word) => text.includes(word)) &&
      (status.length === 0 || status.includes(run.status)) &&
      (tag === null || run.tags.includes(tag)) &&
      (workflow === null || run.workflow.id === workflow) &&
      (sweep === null || (sweep === "none" ? run.sweep === null : run.sweep === sweep))
    );
  });
}

/** A copy in order; what has no value comes last either way. */
export function sortRuns<T extends Row>(runs: readonly T[], { key, descending }: Sort, now: number): T[] {
  const keyed = runs.map((run) => ({ run, value: sortValue(run, key, now) }));
  keyed.sort((a, b) => {
    if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
    const order = typeof a.value === "string" ? a.value.localeCompare(String(b.value), "en", { numeric: true }) : a.value - Number(b.value);
    return descending ? -order : order;
  });
  return keyed.map(({ run }) => run);
}

/** Where a click on a column leads: figures start with the highest, words with A. */
export function nextSort(sort: Sort, key: SortKey): Sort {
  if (sort.key === key) return { key, descending: !sort.descending };
  return { key, descending: key === "best" || key === "duration" || key === "created" };
}

/** Seconds from its start to its end, or to now while it works; null before it started. */
export function durationOf({ started_at: start, finished_at: end }: Pick<Run, "started_at" | "finished_at">, now: number): number | null {
  if (start === null) return null;
  return Math.max(0, ((end === null ? now : Date.parse(end)) - Date.parse(start)) / 1000);
}

/** Every tag of these runs, the most used first. */
export function tagsOf(runs: readonly Pick<Run, "tags">[]): string[] {
  const uses = new Map<string, number>();
  for (const { tags } of runs) for (const tag of tags) uses.set(tag, (uses.get(tag) ?? 0) + 1);
  return [...uses].sort(([a, m], [b, n]) => n - m || a.localeCompare(b)).map(([tag]) => tag);
}

export function workflowsOf(runs: readonly Pick<Run, "workflow">[]): { value: string; label: string }[] {
  return [...new Map(runs.map(({ workflow }) => [workflow.id, workflow.name]))]
    .map(([value, label]) => ({ value, label }))
    .sort((a, b) => a.label.localeCompare(b.label));
}

function sortValue(run: Row, key: SortKey, now: number): string | number | null {
  switch (key) {
    case "status":
      return STATUS_ORDER.indexOf(run.status);
    case "name":
      return run.name;
    case "workflow":
      return run.workflow.name;
    case "architecture":
      return `${run.spec.architecture} ${run.spec.variant}`;
    case "best":
      return run.best === null ? null : run.best.metric.includes("loss") ? -run.best.value : run.best.value;
    case "duration":
      return durationOf(run, now);
    case "by":
      return run.created_by?.email ?? null;
    case "created":
      return Date.parse(run.created_at);
  }
}
