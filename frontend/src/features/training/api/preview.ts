import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useDebouncedValue } from "@mantine/hooks";
import { api, ok } from "@/api/client";
import { ProblemError } from "@/api/problem";
import type { components } from "@/api/schema";

/** `image` and `plain` are data URLs: with the masks drawn in, and without. */
export type PreviewImage = components["schemas"]["PreviewImage"];
export type Preview = components["schemas"]["PreviewAnswer"];

export interface PreviewRequest {
  augmentations: Record<string, unknown>[];
  input_size: [number, number];
  seed: number;
  count: number;
  assets?: string[];
}

const TYPING_PAUSE = 450;
const BUSY = 429;

/** The project's own images as a training step would see them; the last answer stays while the next one is made. */
export function useAugmentationPreview(projectId: string, request: PreviewRequest, enabled: boolean) {
  const text = JSON.stringify(request);
  const [settled] = useDebouncedValue(text, TYPING_PAUSE);
  const preview = useQuery({
    queryKey: ["augmentation-preview", projectId, settled],
    enabled,
    staleTime: 60_000,
    gcTime: 60_000,
    placeholderData: keepPreviousData,
    // Others are looking at previews, too: their turn ends within a second or two.
    retry: (count, error) => error instanceof ProblemError && error.status === BUSY && count < 4,
    retryDelay: 1200,
    queryFn: ({ signal }) =>
      ok<Preview>(
        api.POST("/api/v1/projects/{project_id}/augmentation-preview", {
          params: { path: { project_id: projectId } },
          body: JSON.parse(settled) as PreviewRequest,
          signal,
        }),
      ),
  });
  return { ...preview, stale: settled !== text || preview.isPlaceholderData || preview.isFetching };
}
