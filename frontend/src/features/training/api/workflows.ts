import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { everyPage, type Page } from "@/api/paging";
import type { components } from "@/api/schema";
import type { Run, Spec, Workflow } from "@/api/types";
import { postForm } from "@/api/upload";
import type { RunRequest } from "../model/options";

const listKey = (projectId: string) => ["workflows", projectId] as const;
const versionsKey = (workflowId: string) => ["workflow", workflowId, "versions"] as const;

export type Version = Omit<components["schemas"]["WorkflowVersion"], "spec"> & { spec: Spec };

export function useWorkflows(projectId: string) {
  return useQuery({
    queryKey: listKey(projectId),
    queryFn: () =>
      everyPage<Workflow>((cursor) =>
        ok<Page<Workflow>>(
          api.GET("/api/v1/projects/{project_id}/workflows", {
            params: { path: { project_id: projectId }, query: { limit: 200, cursor } },
          }),
        ),
      ),
  });
}

export function useVersions(workflowId: string | null) {
  return useQuery({
    queryKey: versionsKey(workflowId ?? ""),
    enabled: workflowId !== null,
    queryFn: () =>
      everyPage<Version>((cursor) =>
        ok<Page<Version>>(
          api.GET("/api/v1/workflows/{workflow_id}/versions", {
            params: { path: { workflow_id: workflowId ?? "" }, query: { limit: 200, cursor } },
          }),
        ),
      ),
  });
}

/** Everything that shows workflows of a project, and the versions of one, asks again. */
function useRefresh(projectId: string) {
  const queries = useQueryClient();
  return async (workflowId?: string) => {
    await queries.invalidateQueries({ queryKey: listKey(projectId) });
    if (workflowId !== undefined) await queries.invalidateQueries({ queryKey: versionsKey(workflowId) });
  };
}

export interface Saving {
  /** The workflow to change; null makes a new one. */
  workflow: string | null;
  name: string;
  spec: Spec;
}

/** Saves a workflow; a changed specification becomes its next version. */
export function useSave(projectId: string) {
  const queries = useQueryClient();
  const refresh = useRefresh(projectId);
  return useMutation({
    mutationFn: ({ workflow, name, spec }: Saving) =>
      workflow === null
        ? ok<Workflow>(
            api.POST("/api/v1/projects/{project_id}/workflows", {
              params: { path: { project_id: projectId } },
              body: { name, spec },
            }),
          )
        : ok<Workflow>(
            api.PATCH("/api/v1/workflows/{workflow_id}", { params: { path: { workflow_id: workflow } }, body: { name, spec } }),
          ),
    onSuccess: (saved) => {
      // In the list at once: the page of the saved workflow reads it there.
      queries.setQueryData<Workflow[]>(listKey(projectId), (list) =>
        list && [saved, ...list.filter(({ id }) => id !== saved.id)],
      );
      return refresh(saved.id);
    },
  });
}

export function useStartRun(projectId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ workflow, options }: { workflow: string; options: RunRequest }) =>
      ok<Run>(
        api.POST("/api/v1/workflows/{workflow_id}/runs", { params: { path: { workflow_id: workflow } }, body: options }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["runs", projectId] }),
  });
}

export function useDuplicate() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ workflow, name, project }: { workflow: string; name: string; project: string }) =>
      ok<Workflow>(
        api.POST("/api/v1/workflows/{workflow_id}/duplicate", { params: { path: { workflow_id: workflow } }, body: { name, project } }),
      ),
    onSuccess: (copy) => queries.invalidateQueries({ queryKey: listKey(copy.project) }),
  });
}

export function useImportWorkflow(projectId: string) {
  const refresh = useRefresh(projectId);
  return useMutation({
    mutationFn: ({ file, name }: { file: File; name: string }) => {
      const form = new FormData();
      form.set("file", file);
      if (name !== "") form.set("name", name);
      return postForm<Workflow>(`/api/v1/projects/${projectId}/workflows/import`, form);
    },
    onSuccess: () => refresh(),
  });
}

export function workflowFile(workflowId: string, format: "yaml" | "json", version?: number): string {
  const query = new URLSearchParams({ format });
  if (version !== undefined) query.set("version", String(version));
  return `/api/v1/workflows/${workflowId}/file?${query.toString()}`;
}

export async function deleteWorkflow(id: string): Promise<void> {
  await ok(api.DELETE("/api/v1/workflows/{workflow_id}", { params: { path: { workflow_id: id } } }));
}
