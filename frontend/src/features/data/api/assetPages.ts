import { type QueryClient, type QueryKey, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef } from "react";
import { api, ok } from "@/api/client";
import { nextParameter, type Page } from "@/api/paging";
import type { Asset } from "@/api/types";
import { type AssetFilters, DEFAULT_ORDER, writeFilters } from "../model/filters";
import { landed, nextStep, noPages, onlyPages, type Pages, resized, rowsOf, type Step, stepsOf, turned } from "../model/pages";

export type AssetPages = Pages<Asset>;

const SIZE = 200;
/** Rows read beyond those in sight, in either direction. */
const AHEAD = 60;
const FIRST: Step = { chain: "front", page: 0, cursor: null, skip: 0 };
/** What was looked at last of each list: only that is read again when something changed. */
const inSight = new Map<string, readonly [number, number]>();

/**
 * The images that pass the filters, page by page as they come in sight. `total` is how many there are, where that is
 * known. What is in sight is read again when the project's socket tells of a change.
 */
export function useAssetPages(projectId: string, filters: AssetFilters, total?: number) {
  const queries = useQueryClient();
  const query = Object.fromEntries(writeFilters(filters)) as Record<string, string>;
  const name = JSON.stringify([projectId, query]);
  const list = useQuery({
    queryKey: keyOf(name),
    queryFn: ({ signal }) => readAgain(queries, name, signal),
    structuralSharing: false,
    // What was there stays while other filters are read, but never another project's.
    placeholderData: (before, query) => (query?.queryKey[1] === projectId ? before : undefined),
  });
  const wanted = useRef<readonly [number, number] | null>(null);
  const busy = useRef("");

  useEffect(() => {
    if (total !== undefined) change(queries, name, (pages) => resized(pages, total));
  }, [queries, name, total, list.isPending]);

  const want = useCallback(
    (first: number, last: number) => {
      inSight.set(name, [first, last]);
      wanted.current = [first - AHEAD, last + AHEAD];
      if (busy.current === name) return;
      busy.current = name;
      void (async () => {
        try {
          for (let step = next(); step !== null; step = next()) {
            await read(queries, name, step);
          }
        } catch {
          // What is missing is asked for again with the next movement, or with all else that is in sight.
        } finally {
          if (busy.current === name) busy.current = "";
        }
      })();

      function next(): Step | null {
        const pages = queries.getQueryData<AssetPages>(keyOf(name));
        return pages && wanted.current && busy.current === name ? nextStep(pages, ...wanted.current) : null;
      }
    },
    [queries, name],
  );

  /** The rows of [first, last], read where they were not yet. */
  const load = useCallback(
    async (first: number, last: number): Promise<Asset[]> => {
      const pages = () => queries.getQueryData<AssetPages>(keyOf(name)) ?? noPages<Asset>(SIZE, 0, false);
      for (let step = nextStep(pages(), first, last); step !== null; step = nextStep(pages(), first, last)) {
        await read(queries, name, step);
      }
      return rowsOf(pages(), first, last);
    },
    [queries, name],
  );

  return { ...list, want, load };
}

function keyOf(name: string): QueryKey {
  const [projectId, query] = JSON.parse(name) as [string, Record<string, string>];
  return ["assets", projectId, "list", query];
}

function change(queries: QueryClient, name: string, by: (pages: AssetPages) => AssetPages): void {
  const before = queries.getQueryData<AssetPages>(keyOf(name));
  const after = before && by(before);
  if (after !== before) queries.setQueryData<AssetPages>(keyOf(name), after);
}

async function read(queries: QueryClient, name: string, step: Step): Promise<void> {
  const { results, next } = await fetchPage(name, step);
  change(queries, name, (pages) => landed(pages, step, results, next));
}

async function readAgain(queries: QueryClient, name: string, signal: AbortSignal): Promise<AssetPages> {
  const order = (JSON.parse(name) as [string, Record<string, string>])[1]["order"] ?? DEFAULT_ORDER;
  const before = queries.getQueryData<AssetPages>(keyOf(name)) ?? noPages<Asset>(SIZE, 0, turned(order) !== null);
  const [first, last] = inSight.get(name) ?? [0, 0];
  const steps = stepsOf(before, first, last);
  let pages = onlyPages(before, steps);
  for (const { chain, page } of steps.length === 0 ? [FIRST] : steps) {
    // The page before may have moved where this one begins.
    const place = pages[chain]?.places.get(page);
    if (place === undefined) continue;
    const step = { chain, page, ...place };
    const { results, next } = await fetchPage(name, step, signal);
    pages = landed(pages, step, results, next);
  }
  return pages;
}

async function fetchPage(name: string, step: Step, signal?: AbortSignal): Promise<{ results: Asset[]; next: string | null }> {
  const [projectId, query] = JSON.parse(name) as [string, Record<string, string>];
  const order = query["order"] ?? DEFAULT_ORDER;
  const page = await ok<Page<Asset>>(
    api.GET("/api/v1/projects/{project_id}/assets", {
      params: {
        path: { project_id: projectId },
        query: {
          ...query,
          ...(step.chain === "back" ? { order: (turned(order) ?? order) as AssetFilters["order"] } : {}),
          limit: SIZE,
          cursor: step.cursor ?? undefined,
          ...(step.skip > 0 ? { skip: step.skip } : {}),
        },
      },
      ...(signal === undefined ? {} : { signal }),
    }),
  );
  return { results: page.results, next: nextParameter(page, "cursor") };
}
