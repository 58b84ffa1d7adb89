import { ClassSwatch } from "@/components/ClassSwatch";
import { count, integer, parameters } from "@/components/format";
import { IconChip, IconImages, IconLayers, IconTrain, IconWand } from "@/components/icons";
import { useClasses } from "@/features/classes/api/classes";
import { useProject } from "@/features/projects/api/projects";
import { useSnapshots } from "@/features/snapshots/api/snapshots";
import { modelLines, type NodeId, runLines, trainingLines } from "../model/nodes";
import { title } from "../model/wording";
import { useBuilder } from "./builder";
import classes from "./Graph.module.css";

export const NODE_ICONS = { data: IconImages, augmentations: IconWand, model: IconLayers, training: IconTrain, run: IconChip };
const CHIPS = 5;
const SWATCHES = 12;

/** What a node's settings come to, in two or three short lines. */
export function NodeBody({ node }: { node: NodeId }) {
  const { architecture, form, options } = useBuilder();
  switch (node) {
    case "data":
      return <DataBody />;
    case "augmentations":
      return <AugmentationBody />;
    case "model":
      return <Lines lines={modelLines(architecture, form.spec, parameters)} />;
    case "training":
      return <Lines lines={trainingLines(form.spec)} />;
    case "run":
      return <Lines lines={runLines(options)} />;
  }
}

function Lines({ lines: [first, ...rest] }: { lines: string[] }) {
  return (
    <>
      <span className={classes.first}>{first}</span>
      {rest
        .filter((line) => line !== "")
        .map((line) => (
          <span key={line} className={classes.line}>
            {line}
          </span>
        ))}
    </>
  );
}

function DataBody() {
  const { projectId, options, data } = useBuilder();
  const project = useProject(projectId);
  const snapshots = useSnapshots(projectId);
  const labels = useClasses(projectId);
  const snapshot = snapshots.data?.find(({ id }) => id === options.snapshot);
  const shown = snapshot?.classes ?? labels.data ?? [];
  const images = snapshot?.counts.assets ?? project.data?.counts.annotated ?? 0;
  return (
    <>
      <span className={classes.first}>{snapshot?.name ?? "Current state"}</span>
      <span className={classes.line}>
        {count(images, snapshot ? "image" : "labelled image")}
        {data && data.train > 0 && ` · ${integer(data.train)} train, ${integer(data.val)} val`}
      </span>
      <span className={classes.swatches}>
        {shown.slice(0, SWATCHES).map((label) => (
          <ClassSwatch key={label.id} color={label.color} size={10} />
        ))}
        <span>{count(shown.length, "class", "classes")}</span>
      </span>
    </>
  );
}

function AugmentationBody() {
  const { architecture, form } = useBuilder();
  const list = form.spec.augmentations;
  if (list.length === 0) return <Lines lines={["None", "Every image is seen as it is."]} />;
  const shown = list.length > CHIPS + 1 ? list.slice(0, CHIPS) : list;
  return (
    <span className={classes.chips}>
      {shown.map(({ key, name }) => (
        <span key={key} className={classes.chip}>
          {architecture.augmentations.find((one) => one.name === name)?.title ?? title(name)}
        </span>
      ))}
      {shown.length < list.length && <span className={classes.more}>+{list.length - shown.length}</span>}
    </span>
  );
}
