import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useDebouncedValue } from "@mantine/hooks";
import type { Spec } from "@/api/types";
import { send } from "./wire";

export interface Checked {
  spec: Spec | null;
  errors: { field: string; message: string }[];
  notes: string[];
}

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
      send<Checked>("POST", `/api/v1/projects/${projectId}/workflows/check`, { spec: JSON.parse(settled) as Spec }, signal),
  });
  return { ...check, stale: settled !== text || check.isPlaceholderData };
}
