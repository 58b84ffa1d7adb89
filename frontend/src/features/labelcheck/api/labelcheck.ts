import { type InfiniteData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { isActive, noteJob } from "@/api/jobs";
import { everyPage, nextParameter, type Page } from "@/api/paging";
import { ProblemError } from "@/api/problem";
import type { Job, Polygon } from "@/api/types";
import type { Box } from "../model/crop";
import { type Counts, type Kind, moved, type Named, type State } from "../model/findings";

export interface LabelCheck {
  id: string;
  snapshot: { id: string; name: string };
  workflow: { id: string; name: string } | null;
  artifact: { id: string; name: string } | null;
  folds: number | null;
  steps: number | null;
  status: Job["status"];
  job: string | null;
  counts: Counts;
  created_at: string;
}

export interface Finding {
  id: string;
  asset: { id: string; name: string; width: number; height: number; revision: number };
  kind: Kind;
  given: Named | null;
  suggested: Named | null;
  score: number;
  bbox: Box;
  area: number;
  state: State;
  annotation: string | null;
  proposal: string | null;
  polygons: Polygon[];
  suggested_polygons: Polygon[];
}

const POLL = 4000;
const CONFLICT = 409;
const listKey = (projectId: string) => ["label-checks", projectId] as const;
const findingsKey = (id: string) => ["label-check", id, "findings"] as const;

/** Every check of a project, the newest first. */
export function useLabelChecks(projectId: string) {
  return useQuery({
    queryKey: listKey(projectId),
    queryFn: () =>
      everyPage<LabelCheck>((cursor) =>
        ok<Page<LabelCheck>>(
          api.GET("/api/v1/projects/{project_id}/label-checks", {
            params: { path: { project_id: projectId } },
            // The description has no parameters of this list, which has pages all the same.
            ...(cursor === undefined ? {} : { querySerializer: () => new URLSearchParams({ cursor }).toString() }),
          }),
        ),
      ),
    refetchInterval: ({ state }) => (state.data?.some(isActive) === true ? POLL : false),
  });
}

export interface NewCheck {
  snapshot?: string;
  workflow?: string;
  artifact?: string;
  folds: number;
  steps?: number;
}

export function useStartCheck(projectId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: NewCheck) =>
      ok<Job>(api.POST("/api/v1/projects/{project_id}/label-checks", { params: { path: { project_id: projectId } }, body })),
    onSuccess: (job) => {
      noteJob(queries, job);
      return queries.invalidateQueries({ queryKey: listKey(projectId) });
    },
  });
}

export function useDeleteCheck(projectId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => ok(api.DELETE("/api/v1/label-checks/{label_check_id}", { params: { path: { label_check_id: id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: listKey(projectId) }),
  });
}

export interface FindingFilters {
  state: State;
  kind?: Kind;
  class?: string;
}

const PAGE = 60;

/** Findings by falling score. What has been decided on stays where it is until the list is opened anew. */
export function useFindings(id: string, filters: FindingFilters) {
  return useInfiniteQuery({
    queryKey: [...findingsKey(id), filters],
    initialPageParam: undefined as string | undefined,
    refetchOnWindowFocus: false,
    staleTime: Infinity,
    queryFn: ({ pageParam }) =>
      ok<Page<Finding>>(
        api.GET("/api/v1/label-checks/{label_check_id}/findings", {
          params: { path: { label_check_id: id }, query: { ...filters, limit: PAGE, cursor: pageParam } },
        }),
      ),
    getNextPageParam: (page) => nextParameter(page, "cursor") ?? undefined,
  });
}

export type Verdict = "accept" | "dismiss" | "reopen";
const BECOMES: Record<Verdict, State> = { accept: "accepted", dismiss: "dismissed", reopen: "open" };

/** Decides on a finding. Its card and the counts are changed at once; where the server refuses they go back. */
export function useDecideFinding(projectId: string, check: string) {
  const queries = useQueryClient();
  const write = (finding: Finding, from: State, to: State, proposal: string | null) => {
    queries.setQueriesData<InfiniteData<Page<Finding>>>({ queryKey: findingsKey(check) }, (data) =>
      data === undefined
        ? undefined
        : { ...data, pages: data.pages.map((page) => ({ ...page, results: page.results.map((row) => (row.id === finding.id ? { ...row, state: to, proposal } : row)) })) },
    );
    queries.setQueryData<LabelCheck[]>(listKey(projectId), (checks) =>
      checks?.map((each) => (each.id === check ? { ...each, counts: moved(each.counts, finding.kind, from, to) } : each)),
    );
  };
  return useMutation({
    mutationFn: ({ finding, verdict }: { finding: Finding; verdict: Verdict }) => {
      const params = { path: { finding_id: finding.id } };
      if (verdict === "accept") return ok<{ proposal: string | null }>(api.POST("/api/v1/findings/{finding_id}/accept", { params }));
      if (verdict === "dismiss") return ok<{ proposal?: string | null }>(api.POST("/api/v1/findings/{finding_id}/dismiss", { params }));
      return ok<{ proposal?: string | null }>(api.POST("/api/v1/findings/{finding_id}/reopen", { params }));
    },
    onMutate: ({ finding, verdict }) => write(finding, finding.state, BECOMES[verdict], null),
    onSuccess: (answer, { finding, verdict }) => {
      write(finding, BECOMES[verdict], BECOMES[verdict], answer?.proposal ?? null);
      void queries.invalidateQueries({ queryKey: ["asset", finding.asset.id] });
    },
    // What an accepted fix was about is not there any more: the server has noted it.
    onError: (error, { finding, verdict }) => {
      const isGone = verdict === "accept" && error instanceof ProblemError && error.status === CONFLICT;
      write(finding, BECOMES[verdict], isGone ? "gone" : finding.state, finding.proposal);
    },
    // The lists of the other states have changed: they are asked for again when somebody goes there.
    onSettled: () => queries.invalidateQueries({ queryKey: findingsKey(check), type: "inactive", refetchType: "none" }),
  });
}
