import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { everyPage, type Page } from "@/api/paging";
import type { components } from "@/api/schema";
import { useSession } from "@/features/session/api/session";
import type { SavedView } from "../model/views";

type Schemas = components["schemas"];
type Told = Schemas["SavedView"];

const key = (projectId: string) => ["views", projectId] as const;
const at = (projectId: string) => ({ path: { project_id: projectId } });

/** The views that the caller keeps in a project, and those that others share. */
export function useViews(projectId: string) {
  const me = useSession().data?.user?.id;
  return useQuery({
    queryKey: key(projectId),
    queryFn: () =>
      everyPage<Told>((cursor) =>
        ok<Page<Told>>(api.GET("/api/v1/projects/{project_id}/views", { params: { ...at(projectId), query: { limit: 200, cursor } } })),
      ),
    select: (views): SavedView[] =>
      views.map(({ id, name, filters, order, shared, created_by }) => ({
        id,
        name,
        filters: filters ?? {},
        order,
        shared: shared === true,
        mine: created_by !== null && created_by.id === me,
      })),
  });
}

export type NewView = Pick<SavedView, "name" | "filters" | "order" | "shared">;

export function useViewChanges(projectId: string) {
  const queries = useQueryClient();
  const onSuccess = () => queries.invalidateQueries({ queryKey: key(projectId) });
  const create = useMutation({
    mutationFn: (body: NewView) => ok(api.POST("/api/v1/projects/{project_id}/views", { params: at(projectId), body })),
    onSuccess,
  });
  const change = useMutation({
    mutationFn: ({ id, ...body }: Partial<NewView> & { id: string }) => ok(api.PATCH("/api/v1/views/{view_id}", { params: { path: { view_id: id } }, body: body as Schemas["PatchedSavedViewRequest"] })),
    onSuccess,
  });
  const remove = useMutation({
    mutationFn: (id: string) => ok(api.DELETE("/api/v1/views/{view_id}", { params: { path: { view_id: id } } })),
    onSuccess,
  });
  return { create, change, remove };
}
