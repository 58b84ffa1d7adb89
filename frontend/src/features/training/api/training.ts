import { useQuery } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import type { Page } from "@/api/paging";
import type { Architecture, Artifact, Asset, Hardware } from "@/api/types";
import type { Splits } from "../model/splits";

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

const COUNTED = 500;

/** How the annotated images of the project are split now; null where there are too many to count here. */
export function useSplits(projectId: string) {
  return useQuery({
    queryKey: ["assets", projectId, "splits"],
    staleTime: 30_000,
    queryFn: async (): Promise<Splits | null> => {
      const page = await ok<Page<Asset>>(
        api.GET("/api/v1/projects/{project_id}/assets", {
          params: { path: { project_id: projectId }, query: { annotated: true, status: "ready", limit: COUNTED } },
        }),
      );
      if (page.next != null) return null;
      const of = (split: string | null) => page.results.filter((asset) => asset.split === split).length;
      return { train: of("train"), val: of("val"), test: of("test"), open: of(null) };
    },
  });
}
