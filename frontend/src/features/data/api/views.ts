import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { everyPage, type Page } from "@/api/paging";
import type { SavedView } from "../model/views";

const key = (projectId: string) => ["views", projectId] as const;
const at = (projectId: string) => ({ path: { project_id: projectId } });

/** The views that the caller keeps in a project, and those that others share. */
export function useViews(projectId: string) {
  return useQuery({
    queryKey: key(projectId),
    queryFn: () =>
      everyPage<SavedView>((cursor) =>
        ok<Page<SavedView>>(api.GET("/api/v1/projects/{project_id}/views" as never, { params: { ...at(projectId), query: { limit: 200, cursor } } } as never)),
      ),
  });
}

export type ViewChange = Partial<Pick<SavedView, "name" | "filters" | "order" | "shared">>;

export function useViewChanges(projectId: string) {
  const queries = useQueryClient();
  const onSuccess = () => queries.invalidateQueries({ queryKey: key(projectId) });
  const create = useMutation({
    mutationFn: (body: ViewChange) => ok<SavedView>(api.POST("/api/v1/projects/{project_id}/views" as never, { params: at(projectId), body } as never)),
    onSuccess,
  });
  const change = useMutation({
    mutationFn: ({ id, ...body }: ViewChange & { id: string }) =>
      ok<SavedView>(api.PATCH("/api/v1/views/{view_id}" as never, { params: { path: { view_id: id } }, body } as never)),
    onSuccess,
  });
  const remove = useMutation({
    mutationFn: (id: string) => ok(api.DELETE("/api/v1/views/{view_id}" as never, { params: { path: { view_id: id } } } as never)),
    onSuccess,
  });
  return { create, change, remove };
}
