import type { Artifact } from "@/api/types";
import { count } from "@/components/format";
import { Panel } from "@/components/Panel";
import { SPLIT_NAMES } from "@/features/data/model/chips";
import { useSnapshots } from "@/features/snapshots/api/snapshots";
import { useForgetEvaluations, useStartEvaluation } from "../../api/evaluation";
import type { Choice } from "../../model/choice";
import { JobStarter } from "./JobStarter";

/** Nothing was measured there yet: the button that does it, and how far that is. */
export function Missing({ artifact, choice: { snapshot, split } }: { artifact: Artifact; choice: Choice }) {
  const id = snapshot ?? artifact.lineage.snapshot ?? "";
  const found = useSnapshots(artifact.project).data?.find((one) => one.id === id);
  const start = useStartEvaluation(artifact.id);
  const forget = useForgetEvaluations(artifact.id);
  const images = found?.counts[split];
  const name = SPLIT_NAMES[split].toLowerCase();
  return (
    <Panel>
      <JobStarter
        name={`evaluating-${artifact.id}-${id}-${split}`}
        title="Not evaluated here yet"
        button="Evaluate"
        doing={`Evaluating on the ${name} images of ${found?.name ?? "the snapshot"}`}
        start={start}
        body={{ split, ...(snapshot === null ? {} : { snapshot }) }}
        disabled={images === 0}
        onEnded={() => void forget()}
      >
        {images === 0
          ? `The snapshot has no ${name} images: choose another split.`
          : `This artifact has not been judged by ${images === undefined ? `the ${name} images` : `the ${count(images, `${name} image`)}`} of ${found === undefined ? "this snapshot" : `“${found.name}”`}. Evaluating predicts every one of them and keeps the counts.`}
      </JobStarter>
    </Panel>
  );
}
