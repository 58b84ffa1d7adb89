import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useDebouncedValue } from "@mantine/hooks";
import { ProblemError } from "@/api/problem";
import { send } from "./wire";

export interface PreviewBox {
  class: string;
  name: string;
  color: string;
  box: [number, number, number, number];
}

export interface PreviewImage {
  asset: string;
  name: string;
  seed: number;
  /** Data URLs: with the masks drawn in, and without. */
  image: string;
  plain: string;
  boxes: PreviewBox[];
}

export interface Preview {
  results: PreviewImage[];
  milliseconds: number;
}

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
    queryFn: ({ signal }) => send<Preview>("POST", `/api/v1/projects/${projectId}/augmentation-preview`, JSON.parse(settled), signal),
  });
  return { ...preview, stale: settled !== text || preview.isPlaceholderData || preview.isFetching };
}
