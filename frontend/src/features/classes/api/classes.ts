import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { everyPage, type Page } from "@/api/paging";
import type { LabelClass } from "@/api/types";

export const classesKey = (projectId: string) => ["classes", projectId] as const;

export function useClasses(projectId: string) {
  return useQuery({
    queryKey: classesKey(projectId),
    queryFn: async () => {
      const classes = await everyPage<LabelClass>((cursor) =>
        ok<Page<LabelClass>>(
          api.GET("/api/v1/projects/{project_id}/classes", {
            params: { path: { project_id: projectId }, query: { limit: 500, cursor } },
          }),
        ),
      );
      return classes.sort((a, b) => a.position - b.position);
    },
  });
}

export type ClassInput = Pick<LabelClass, "name" | "color" | "hotkey" | "description" | "ignore" | "stuff">;

/** Classes colour every overlay and count in the project: a change makes all of those stale. */
function useRefresh(projectId: string) {
  const queries = useQueryClient();
  return async () => {
    await queries.invalidateQueries({ queryKey: classesKey(projectId) });
    await queries.invalidateQueries({ queryKey: ["project", projectId] });
  };
}

export function useCreateClass(projectId: string) {
  const refresh = useRefresh(projectId);
  return useMutation({
    /** Without a colour, the server takes the first one that no class has. */
    mutationFn: ({ color, ...rest }: ClassInput) => {
      const body = color === "" ? rest : { ...rest, color };
      return ok<LabelClass>(
        api.POST("/api/v1/projects/{project_id}/classes", { params: { path: { project_id: projectId } }, body }),
      );
    },
    onSuccess: refresh,
  });
}

export function useChangeClass(projectId: string) {
  const refresh = useRefresh(projectId);
  return useMutation({
    mutationFn: ({ id, ...body }: Partial<ClassInput> & { id: string; position?: number }) =>
      ok<LabelClass>(api.PATCH("/api/v1/classes/{class_id}", { params: { path: { class_id: id } }, body })),
    onSuccess: refresh,
  });
}

export function useDeleteClass(projectId: string) {
  const queries = useQueryClient();
  const refresh = useRefresh(projectId);
  return useMutation({
    /** `annotations` says what becomes of them: "delete", or the id of the class that gets them. */
    mutationFn: ({ id, annotations }: { id: string; annotations: string | undefined }) =>
      ok(
        api.DELETE("/api/v1/classes/{class_id}", {
          params: { path: { class_id: id }, query: annotations === undefined ? {} : { annotations } },
        }),
      ),
    onSuccess: async () => {
      await refresh();
      await queries.invalidateQueries({ queryKey: ["assets", projectId] });
      await queries.invalidateQueries({ queryKey: ["annotations"] });
    },
  });
}
