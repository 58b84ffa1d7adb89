import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { nextParameter, type Page } from "@/api/paging";
import type { components } from "@/api/schema";
import type { Annotation } from "@/api/types";

type Schemas = components["schemas"];

export type AnswerState = Schemas["AnswerState"];
export type Brief = Required<Schemas["AnswerBrief"]>;
export type Image = Required<Schemas["AssetBrief"]>;
export type Task = { asset: Image; answers: Brief[]; score: number | null };
export type Tasks = Page<Task> & Pick<Schemas["Tasks"], "total" | "people">;
export type Pair = Schemas["Pair"];
export type Numbers = Schemas["Numbers"];
export type ClassNumbers = Schemas["ClassNumbers"];
export type AgreementPerson = Schemas["AgreementPerson"];
export type Agreement = { people: AgreementPerson[]; pairs: Pair[] };
export type ImageAgreement = Omit<Schemas["ImageAgreement"], "asset"> & { asset: Image };
export type ProjectAgreement = Omit<Schemas["ProjectAgreement"], "assets"> & { assets: ImageAgreement[] };
export type AssetAgreement = Schemas["AssetAgreement"];
export type Answer = Brief & { results: Annotation[] };
export type Asked = Schemas["Asked"];
export type Merged = Schemas["MergedAnswers"];

export interface TaskFilters {
  person?: string | undefined;
  state?: "open" | "done" | "merged" | undefined;
}

const PAGE = 50;

export function useTasks(projectId: string, filters: TaskFilters = {}) {
  return useInfiniteQuery({
    queryKey: ["consensus", projectId, "tasks", filters],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => fetchTasks(projectId, filters, PAGE, pageParam),
    getNextPageParam: (page) => nextParameter(page, "cursor") ?? undefined,
  });
}

/** The caller's own answers that are to be given yet, the first ones. */
export function useOwnTasks(projectId: string) {
  return useQuery({
    queryKey: ["consensus", projectId, "own"],
    queryFn: () => fetchTasks(projectId, { person: "me", state: "open" }, 200),
  });
}

function fetchTasks(projectId: string, filters: TaskFilters, limit: number, cursor?: string): Promise<Tasks> {
  const query = { ...filters, limit, cursor };
  return ok<Tasks>(api.GET("/api/v1/projects/{project_id}/consensus", { params: { path: { project_id: projectId }, query } }));
}

export function useProjectAgreement(projectId: string) {
  return useQuery({
    queryKey: ["consensus", projectId, "agreement"],
    queryFn: () => ok<ProjectAgreement>(api.GET("/api/v1/projects/{project_id}/agreement", { params: { path: { project_id: projectId } } })),
    // Images that were not counted yet are counted at every look, some at a time.
    refetchInterval: ({ state }) => ((state.data?.uncounted ?? 0) > 0 ? 1500 : false),
  });
}

export function useAssetAgreement(projectId: string, assetId: string) {
  return useQuery({
    queryKey: ["consensus", projectId, "agreement", assetId],
    queryFn: () => ok<AssetAgreement>(api.GET("/api/v1/assets/{asset_id}/agreement", { params: { path: { asset_id: assetId } } })),
  });
}

export function useAnswers(projectId: string, assetId: string) {
  return useQuery({
    queryKey: ["consensus", projectId, "answers", assetId],
    queryFn: () =>
      ok<{ results: Answer[]; hidden: number }>(api.GET("/api/v1/assets/{asset_id}/answers", { params: { path: { asset_id: assetId } } })),
  });
}

export interface Round {
  people: string[];
  overlap: number;
  assets?: string[];
  filters?: Record<string, string>;
}

export function useAsk(projectId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Round) =>
      ok<Asked>(api.POST("/api/v1/projects/{project_id}/consensus", { params: { path: { project_id: projectId } }, body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["consensus", projectId] }),
  });
}

export interface Merge {
  method: Schemas["SettlingMethod"];
  user?: string;
  revision: number;
}

export function useMerge(projectId: string, assetId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ revision, ...body }: Merge) =>
      ok<Merged>(
        api.POST("/api/v1/assets/{asset_id}/merge", {
          params: { path: { asset_id: assetId }, header: { "If-Match": `"${revision}"` } },
          body,
        }),
      ),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ["asset", assetId] }),
        queries.invalidateQueries({ queryKey: ["assets", projectId] }),
        queries.invalidateQueries({ queryKey: ["consensus", projectId] }),
      ]),
  });
}

export function useReopen(projectId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (answerId: string) =>
      ok(api.PATCH("/api/v1/answers/{answer_id}", { params: { path: { answer_id: answerId } }, body: { state: "in_progress" } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["consensus", projectId] }),
  });
}

export function useWithdraw(projectId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (answerId: string) => ok(api.DELETE("/api/v1/answers/{answer_id}", { params: { path: { answer_id: answerId } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["consensus", projectId] }),
  });
}
