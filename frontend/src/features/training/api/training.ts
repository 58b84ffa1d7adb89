import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { everyPage, type Page } from "@/api/paging";
import type { Architecture, Artifact, Hardware, Run, RunSettings, Spec, Workflow } from "@/api/types";

export function useArchitectures() {
  return useQuery({
    queryKey: ["architectures"],
    staleTime: Infinity,
    queryFn: async () => (await ok<Page<Architecture>>(api.GET("/api/v1/architectures"))).results,
  });
}

export function useHardware() {
  return useQuery({
    queryKey: ["hardware"],
    staleTime: 60_000,
    queryFn: () => ok<Hardware>(api.GET("/api/v1/hardware")),
  });
}

export function useWorkflows(projectId: string) {
  return useQuery({
    queryKey: ["workflows", projectId],
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

/** Artifacts of the project that new weights may start from. */
export function useStartingPoints(projectId: string) {
  return useQuery({
    queryKey: ["artifacts", projectId, "starting-points"],
    queryFn: async () =>
      (
        await ok<Page<Artifact>>(
          api.GET("/api/v1/projects/{project_id}/artifacts", {
            params: { path: { project_id: projectId }, query: { limit: 200 } },
          }),
        )
      ).results,
  });
}

export interface Training {
  /** The workflow to train; null makes a new one. */
  workflow: string | null;
  name: string;
  spec: Spec;
  options: RunSettings & { snapshot?: string };
}

/** Saves the workflow, then starts its run. `onSaved` tells the id, so that a retry makes no second one. */
export function useStartTraining(projectId: string, onSaved: (workflowId: string) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ workflow, name, spec, options }: Training) => {
      const saved = await save(projectId, workflow, { name, spec });
      onSaved(saved.id);
      return ok<Run>(
        api.POST("/api/v1/workflows/{workflow_id}/runs", { params: { path: { workflow_id: saved.id } }, body: options }),
      );
    },
    onSettled: async () => {
      await queries.invalidateQueries({ queryKey: ["workflows", projectId] });
      await queries.invalidateQueries({ queryKey: ["runs", projectId] });
    },
  });
}

function save(projectId: string, workflow: string | null, body: { name: string; spec: Spec }): Promise<Workflow> {
  if (workflow === null) {
    return ok<Workflow>(
      api.POST("/api/v1/projects/{project_id}/workflows", { params: { path: { project_id: projectId } }, body }),
    );
  }
  return ok<Workflow>(api.PATCH("/api/v1/workflows/{workflow_id}", { params: { path: { workflow_id: workflow } }, body }));
}

export async function deleteWorkflow(id: string): Promise<void> {
  await ok(api.DELETE("/api/v1/workflows/{workflow_id}", { params: { path: { workflow_id: id } } }));
}
