import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { isActive, noteJob } from "@/api/jobs";
import type { components } from "@/api/schema";
import type { Job } from "@/api/types";
import { type BulkChange, type Changed, changedOf, type Target, type Undone, undoneOf } from "../model/bulk";

type Schemas = components["schemas"];

const POLL = 700;

/**
 * Changes many images. Very many are changed by a job: `onProgress` tells how far it is, 0…1, and the promise waits for
 * its end.
 */
export function useBulkChange(projectId: string, onProgress?: (done: number) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ target, change }: { target: Target; change: BulkChange }): Promise<Changed> => {
      const answer = await ok<Changed | Job>(
        api.POST("/api/v1/projects/{project_id}/assets/bulk", {
          params: { path: { project_id: projectId } },
          body: { ...target, ...change } as Schemas["BulkRequest"],
        }),
      );
      return changedOf(await finished(queries, answer, onProgress));
    },
    onSettled: () => refresh(queries, projectId),
  });
}

/** Takes a change back. What was changed by others meanwhile stays, and is told. */
export function useUndo(projectId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (id: string): Promise<Undone> => {
      const answer = await ok<Undone | Job>(api.POST("/api/v1/undo/{change_id}", { params: { path: { change_id: id } } }));
      return undoneOf(await finished(queries, answer));
    },
    onSettled: () => refresh(queries, projectId),
  });
}

/** An answer, waited for where it is a job. */
async function finished<T extends object>(queries: QueryClient, answer: T | Job, onProgress?: (done: number) => void): Promise<Partial<T> | null> {
  if (!("kind" in answer && "progress" in answer)) return answer;
  let job = answer;
  noteJob(queries, job);
  while (isActive(job)) {
    onProgress?.(job.progress);
    await new Promise((resolve) => setTimeout(resolve, POLL));
    job = await ok<Job>(api.GET("/api/v1/jobs/{job_id}", { params: { path: { job_id: job.id } } }));
  }
  if (job.status === "succeeded") return job.result as Partial<T> | null;
  throw new Error(job.error?.detail ?? job.error?.title ?? "The change was cancelled before its end.");
}

async function refresh(queries: QueryClient, projectId: string): Promise<void> {
  await Promise.all([
    queries.invalidateQueries({ queryKey: ["assets", projectId] }),
    queries.invalidateQueries({ queryKey: ["project", projectId] }),
    queries.invalidateQueries({ queryKey: ["statistics", projectId] }),
    queries.invalidateQueries({ queryKey: ["asset"] }),
  ]);
}
