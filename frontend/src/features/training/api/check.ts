import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useDebouncedValue } from "@mantine/hooks";
import { api, ok } from "@/api/client";
import type { components } from "@/api/schema";
import type { Spec } from "@/api/types";

export type Checked = components["schemas"]["DraftAnswer"];

const TYPING_PAUSE = 300;

/** What the server says about a specification while it is edited. `stale` while the answer is about an earlier one. */
export function useCheck(projectId: string, spec: Spec) {
  const text = JSON.stringify(spec);
  const [settled] = useDebouncedValue(text, TYPING_PAUSE);
  const check = useQuery({
    queryKey: ["workflow-check", projectId, settled],
    staleTime: 30_000,
    gcTime: 60_000,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      ok<Checked>(
        api.POST("/api/v1/projects/{project_id}/workflows/check", {
          params: { path: { project_id: projectId } },
          body: { spec: JSON.parse(settled) as Spec },
          signal,
        }),
      ),
  });
  return { ...check, stale: settled !== text || check.isPlaceholderData };
}
