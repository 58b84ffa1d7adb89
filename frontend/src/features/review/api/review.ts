import { queryOptions, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { nextParameter, type Page } from "@/api/paging";
import type { components } from "@/api/schema";
import type { Asset } from "@/api/types";
import type { HistoryEntry } from "../model/history";
import type { Comment } from "../model/threads";

type Schemas = components["schemas"];
export type WorkRole = Schemas["WorkRole"];
export type Progress = Schemas["Progress"];
export type StateCounts = Schemas["StateCounts"];

export interface Queue {
  next: Asset | null;
  counts: StateCounts;
  results: Asset[];
}

/** Everything said of an image. News of the image on the project's socket make it stale. */
export function useComments(assetId: string) {
  return useQuery({
    queryKey: ["asset", assetId, "comments"],
    queryFn: async () => {
      const all: Comment[] = [];
      let cursor: string | undefined;
      do {
        const page: Page<Comment> = await ok<Page<Comment>>(
          api.GET("/api/v1/assets/{asset_id}/comments", { params: { path: { asset_id: assetId }, query: { limit: 500, cursor } } }),
        );
        all.push(...page.results);
        cursor = nextParameter(page, "cursor") ?? undefined;
      } while (cursor !== undefined);
      return all;
    },
  });
}

export type NewComment = Pick<Comment, "text"> & Partial<Pick<Comment, "x" | "y" | "frame" | "annotation" | "parent">>;

/** Says, changes, settles and takes back. */
export function useCommenting(projectId: string, assetId: string) {
  const queries = useQueryClient();
  const refresh = () =>
    Promise.all([queries.invalidateQueries({ queryKey: ["asset", assetId] }), queries.invalidateQueries({ queryKey: ["assets", projectId] })]);
  const write = useMutation({
    mutationFn: (body: NewComment) =>
      ok<Comment>(api.POST("/api/v1/assets/{asset_id}/comments", { params: { path: { asset_id: assetId } }, body })),
    onSuccess: refresh,
  });
  const change = useMutation({
    mutationFn: ({ id, ...body }: { id: string; text?: string; resolved?: boolean }) =>
      ok<Comment>(api.PATCH("/api/v1/comments/{comment_id}", { params: { path: { comment_id: id } }, body })),
    onSuccess: refresh,
  });
  const remove = useMutation({
    mutationFn: (id: string) => ok(api.DELETE("/api/v1/comments/{comment_id}", { params: { path: { comment_id: id } } })),
    onSuccess: refresh,
  });
  return { write, change, remove };
}

export function useHistory(assetId: string) {
  return useInfiniteQuery({
    queryKey: ["asset", assetId, "history"],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      ok<Page<HistoryEntry>>(
        api.GET("/api/v1/assets/{asset_id}/history", { params: { path: { asset_id: assetId }, query: { limit: 50, cursor: pageParam } } }),
      ),
    getNextPageParam: (page) => nextParameter(page, "cursor") ?? undefined,
  });
}

/** Makes the shapes what they were at a revision; `now` is the revision that is on the screen. */
export function useRestore(assetId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ revision, now }: { revision: number; now: number }) =>
      ok<{ revision: number; left_out: string[] }>(
        api.POST("/api/v1/assets/{asset_id}/restore", {
          params: { path: { asset_id: assetId }, header: { "If-Match": `"${now}"` } },
          body: { revision },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["asset", assetId] }),
  });
}

/** The caller's own work, in the order in which to do it. */
export function queueQuery(projectId: string, role: WorkRole) {
  return queryOptions({
    queryKey: ["assets", projectId, "queue", role],
    queryFn: () => ok<Queue>(api.GET("/api/v1/projects/{project_id}/queue", { params: { path: { project_id: projectId }, query: { role, limit: 24 } } })),
  });
}

export function useQueue(projectId: string, role: WorkRole) {
  return useQuery(queueQuery(projectId, role));
}

export function useProgress(projectId: string) {
  return useQuery({
    queryKey: ["assets", projectId, "progress"],
    queryFn: () => ok<Progress>(api.GET("/api/v1/projects/{project_id}/progress", { params: { path: { project_id: projectId } } })),
  });
}

export interface Assignment {
  role: WorkRole;
  people: { user: string; share: number }[];
  only_unassigned: boolean;
  assets?: string[];
  filters?: Record<string, string>;
}

export function useAssign(projectId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Assignment) =>
      ok<Schemas["Assigned"]>(api.POST("/api/v1/projects/{project_id}/assign", { params: { path: { project_id: projectId } }, body })),
    onSuccess: () =>
      Promise.all([queries.invalidateQueries({ queryKey: ["assets", projectId] }), queries.invalidateQueries({ queryKey: ["asset"] })]),
  });
}
