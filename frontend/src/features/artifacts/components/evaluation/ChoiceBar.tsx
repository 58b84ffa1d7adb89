import { Button, SegmentedControl, Select } from "@mantine/core";
import { Link } from "react-router";
import type { Artifact, Split } from "@/api/types";
import { IconCheck, IconEye } from "@/components/icons";
import { SPLIT_NAMES } from "@/features/data/model/chips";
import { useSnapshots } from "@/features/snapshots/api/snapshots";
import { useEvaluations } from "../../api/evaluation";
import { EVALUATED_SPLITS, viewerPath } from "../../model/choice";
import classes from "./Evaluation.module.css";
import { FilterBar } from "./FilterBar";
import { useChoice } from "./useChoice";

interface Props {
  artifact: Artifact;
  /** What is shown can be narrowed to some of the images. */
  filterable: boolean;
}

/** Which snapshot and split is looked at; a tick tells what has been evaluated. */
export function ChoiceBar({ artifact, filterable }: Props) {
  const [choice, change] = useChoice();
  const snapshots = useSnapshots(artifact.project);
  const evaluated = useEvaluations(artifact.id);
  const own = artifact.lineage.snapshot ?? null;
  const snapshot = choice.snapshot ?? own;
  const isEvaluated = (split: Split) => evaluated.data?.some((row) => row.split === split && row.snapshot.id === snapshot) === true;
  const counts = snapshots.data?.find(({ id }) => id === snapshot)?.counts;
  return (
    <div className={classes.bar}>
      <label>
        Snapshot
        <Select
          size="xs"
          w={210}
          aria-label="Snapshot"
          allowDeselect={false}
          searchable
          nothingFoundMessage="No snapshot of this name"
          data={(snapshots.data ?? []).map(({ id, name }) => ({ value: id, label: id === own ? `${name} (its own)` : name }))}
          value={snapshot}
          onChange={(id) => change({ snapshot: id === own ? null : id })}
        />
      </label>
      <SegmentedControl
        size="xs"
        aria-label="Split"
        value={choice.split}
        onChange={(split) => change({ split: split as Split })}
        data={EVALUATED_SPLITS.map((split) => ({
          value: split,
          disabled: counts?.[split] === 0,
          label: (
            <span className={classes.head} title={counts?.[split] === 0 ? "The snapshot has no images in this split" : isEvaluated(split) ? "Evaluated" : "Not evaluated yet"}>
              {SPLIT_NAMES[split]}
              {isEvaluated(split) && <IconCheck size={12} />}
            </span>
          ),
        }))}
      />
      {filterable && <FilterBar projectId={artifact.project} choice={choice} onChange={change} />}
      <div className={classes.end}>
        <Button size="xs" variant="default" leftSection={<IconEye size={15} />} component={Link} to={viewerPath(artifact, choice)}>
          Open the viewer
        </Button>
      </div>
    </div>
  );
}
