import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { everyPage, type Page } from "@/api/paging";
import type { Media, Project, Task } from "@/api/types";

export const projectsKey = ["projects"] as const;
export const projectKey = (id: string) => ["project", id] as const;

export function useProjects() {
  return useQuery({
    queryKey: projectsKey,
    queryFn: () =>
      everyPage<Project>((cursor) =>
        ok<Page<Project>>(api.GET("/api/v1/projects", { params: { query: { limit: 200, cursor } } })),
      ),
  });
}

export function useProject(id: string) {
  return useQuery({
    queryKey: projectKey(id),
    queryFn: () => ok<Project>(api.GET("/api/v1/projects/{project_id}", { params: { path: { project_id: id } } })),
  });
}

export interface NewProject {
  workspace: string;
  name: string;
  description: string;
  task: Task;
  media: Media;
}

export function useCreateProject() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: NewProject) => ok<Project>(api.POST("/api/v1/projects", { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: projectsKey }),
  });
}

export type ProjectChange = Partial<Pick<Project, "name" | "description" | "unlabelled">>;

export function useChangeProject(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: ProjectChange) =>
      ok<Project>(api.PATCH("/api/v1/projects/{project_id}", { params: { path: { project_id: id } }, body })),
    onSuccess: (project) => {
      queries.setQueryData(projectKey(id), project);
      return queries.invalidateQueries({ queryKey: projectsKey });
    },
  });
}

export async function deleteProject(id: string): Promise<void> {
  await ok(api.DELETE("/api/v1/projects/{project_id}", { params: { path: { project_id: id } } }));
}
