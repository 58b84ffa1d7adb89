import { NumberInput, Skeleton } from "@mantine/core";
import { useState } from "react";
import type { Artifact } from "@/api/types";
import { integer } from "@/components/format";
import { Panel } from "@/components/Panel";
import { QueryView } from "@/components/QueryView";
import { SPLIT_NAMES } from "@/features/data/model/chips";
import { useSnapshots } from "@/features/snapshots/api/snapshots";
import { type RobustnessCard, useForgetRobustness, useRobustness, useStartRobustness } from "../../api/robustness";
import type { Choice } from "../../model/choice";
import { ChoiceBar } from "../evaluation/ChoiceBar";
import { JobStarter } from "../evaluation/JobStarter";
import { useChoice } from "../evaluation/useChoice";
import { CardView } from "./CardView";

const FEW = 40;
const MOST = 200;

/** How the model bears worse images than those it was trained on, other sizes and tiles. */
export function RobustnessTab({ artifact }: { artifact: Artifact }) {
  const [choice] = useChoice();
  const cards = useRobustness(artifact.id);
  const snapshot = choice.snapshot ?? artifact.lineage.snapshot;
  return (
    <>
      <ChoiceBar artifact={artifact} filterable={false} />
      <QueryView query={cards} skeleton={<Skeleton height={420} />}>
        {(list) => <Found key={`${snapshot ?? ""} ${choice.split}`} artifact={artifact} choice={choice} card={list.find((one) => one.snapshot.id === snapshot && one.split === choice.split) ?? null} />}
      </QueryView>
    </>
  );
}

function Found({ artifact, choice: { snapshot, split }, card }: { artifact: Artifact; choice: Choice; card: RobustnessCard | null }) {
  const [again, setAgain] = useState(false);
  const [images, setImages] = useState(FEW);
  const available = useSnapshots(artifact.project).data?.find(({ id }) => id === (snapshot ?? artifact.lineage.snapshot))?.counts[split];
  const start = useStartRobustness(artifact.id);
  const forget = useForgetRobustness(artifact.id);
  if (card !== null && !again) return <CardView card={card} onAgain={() => setAgain(true)} />;
  const name = SPLIT_NAMES[split].toLowerCase();
  return (
    <Panel>
      <JobStarter
        name={`robustness-${artifact.id}-${snapshot ?? "own"}-${split}`}
        title={card === null ? "No robustness card yet" : "Make the card anew"}
        button="Make the card"
        doing={`Judging on worse ${name} images`}
        start={start}
        body={{ split, images, ...(snapshot === null ? {} : { snapshot }) }}
        disabled={available === 0}
        options={
          <NumberInput
            size="xs"
            w={170}
            label="Images at most"
            description={available === undefined ? "Spread over the split" : `Of ${integer(available)}, spread over all`}
            min={1}
            max={MOST}
            clampBehavior="strict"
            allowDecimal={false}
            value={images}
            onChange={(value) => typeof value === "number" && setImages(value)}
          />
        }
        onEnded={() => {
          setAgain(false);
          void forget();
        }}
      >
        The same metric on the {name} images made worse — noise, blur, JPEG, brightness, contrast, scale, each at five severities — in tiles, and at other sizes of the input with what
        each costs in time. Every image is predicted some fifty times: the more images, the surer the numbers and the longer it takes.
      </JobStarter>
    </Panel>
  );
}
