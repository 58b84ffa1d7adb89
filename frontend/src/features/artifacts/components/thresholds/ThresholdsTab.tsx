import { Button, Group, Text } from "@mantine/core";
import { useSessionStorage } from "@mantine/hooks";
import { useState } from "react";
import type { Artifact } from "@/api/types";
import { count } from "@/components/format";
import { notifyDone, notifyProblem } from "@/components/notify";
import { Panel } from "@/components/Panel";
import { type Thresholds, useSaveThresholds, useThresholds } from "../../api/thresholds";
import { bestOf, changesOf, type Draft, savedOf } from "../../model/thresholds";
import { Chosen } from "../evaluation/Chosen";
import { useChoice } from "../evaluation/useChoice";
import { ClassSliders } from "./ClassSliders";
import { Curves } from "./Curves";
import classes from "./Thresholds.module.css";

/** How sure the model has to be of each class: what that costs and gains, and keeping the choice with the artifact. */
export function ThresholdsTab({ artifact }: { artifact: Artifact }) {
  const [choice] = useChoice();
  const thresholds = useThresholds(artifact.id, choice);
  return (
    <Chosen artifact={artifact} choice={choice} query={thresholds} filterable={false}>
      {(data) => <View artifact={artifact} thresholds={data} />}
    </Chosen>
  );
}

const MEANING = {
  pixels: "A pixel keeps its class only where the model is at least this sure of it; else it is background, or left out where there is none. A class without a threshold takes every pixel that it wins.",
  objects: "An object counts only where the model is at least this sure of it. A class without a threshold leaves that to whoever asks.",
};

function View({ artifact, thresholds: { unit, classes: curves } }: { artifact: Artifact; thresholds: Thresholds }) {
  const saved = savedOf(curves);
  // What is not saved yet outlives a look at another tab.
  const [edits, setEdits] = useSessionStorage<Draft>({ key: `tessera-thresholds-${artifact.id}`, defaultValue: {}, getInitialValueInEffect: false });
  const [index, setIndex] = useState(curves[0]?.index ?? 0);
  const save = useSaveThresholds(artifact.id);
  const draft = { ...saved, ...edits };
  const changes = changesOf(draft, saved);
  const changed = Object.keys(changes).length;
  const set = (id: string, value: number | null) => setEdits((before) => ({ ...before, [id]: value }));
  const submit = () =>
    save.mutate(draft, {
      onSuccess: ({ detail }) => {
        setEdits({});
        notifyDone(`Thresholds saved. ${detail}`);
      },
      onError: (error) => notifyProblem("Saving the thresholds", error),
    });
  return (
    <>
      <Curves curves={curves} index={index} draft={draft} unit={unit} onPick={set} />
      <Panel
        title="Thresholds"
        flush
        className={classes.below}
        actions={
          <Group gap={6}>
            <Button size="compact-sm" variant="default" onClick={() => setEdits(bestOf(curves))}>
              Best F1 for all
            </Button>
            <Button size="compact-sm" variant="default" disabled={Object.values(draft).every((value) => value === null)} onClick={() => setEdits(Object.fromEntries(Object.keys(saved).map((id) => [id, null])))}>
              Clear all
            </Button>
            {changed > 0 && (
              <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setEdits({})}>
                Discard
              </Button>
            )}
            <Button size="compact-sm" disabled={changed === 0} loading={save.isPending} onClick={submit}>
              {changed === 0 ? "Saved" : `Save ${count(changed, "change")}`}
            </Button>
          </Group>
        }
      >
        <Text size="sm" c="dimmed" px={14} pt={10} pb={6}>
          {MEANING[unit]} Evaluations stay without thresholds.
        </Text>
        <ClassSliders curves={curves} draft={draft} changes={changes} index={index} onIndex={setIndex} onSet={set} />
      </Panel>
    </>
  );
}
