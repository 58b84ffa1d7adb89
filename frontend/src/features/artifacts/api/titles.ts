import { useRuns } from "@/features/runs/api/runs";
import { artifactTitle } from "../model/titles";
import { useArtifacts } from "./artifacts";

/** Titles of a project's artifacts; one that is not known (yet) keeps its own name. */
export function useArtifactTitles(projectId: string): (artifact: { id: string; name: string }) => string {
  const artifacts = useArtifacts(projectId);
  const runs = useRuns(projectId);
  return ({ id, name }) => {
    const artifact = artifacts.data?.find((one) => one.id === id);
    const run = runs.data?.find((one) => one.id === artifact?.run);
    return artifact && run ? artifactTitle(run.name, artifact.step) : name;
  };
}
