import { Text } from "@mantine/core";
import type { Artifact } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { percent } from "@/components/format";
import { IconCheck } from "@/components/icons";
import { Panel } from "@/components/Panel";
import { useEvaluation } from "../../api/evaluation";
import { type Slices, useSlices } from "../../api/slices";
import type { Choice } from "../../model/choice";
import { type Dimension, domainOf, ordered, significantOf } from "../../model/slices";
import { Chosen } from "../evaluation/Chosen";
import { Definition } from "../evaluation/Definition";
import { useChoice } from "../evaluation/useChoice";
import { DotRows } from "./DotRows";
import { Leaks } from "./Leaks";
import classes from "./Slices.module.css";

/** Where the model is worse than elsewhere: the same numbers by class, size, place, light and whatever else is known. */
export function SlicesTab({ artifact }: { artifact: Artifact }) {
  const [choice] = useChoice();
  const slices = useSlices(artifact.id, choice);
  return (
    <Chosen artifact={artifact} choice={choice} query={slices}>
      {(data) => <View artifact={artifact} choice={choice} slices={data} />}
    </Chosen>
  );
}

/** What the dots are of objects; of images they are the mean IoU. */
const OF_OBJECTS = { recall: "Right pixels of objects", iou: "Best IoU of objects" };

function View({ artifact, choice, slices: { metric, value, dimensions, leaks } }: { artifact: Artifact; choice: Choice; slices: Slices }) {
  // The same images as a whole: what the slices of images are held against.
  const miou = useEvaluation(artifact.id, choice).data?.miou ?? null;
  const overall = ({ unit }: Dimension) => (unit === "images" ? miou : value);
  const worse = significantOf(dimensions);
  const shown = ordered(dimensions);
  const links = { artifact, choice };
  return (
    <>
      <div className={classes.top}>
        <Panel title="Worse beyond chance" flush={worse.length > 0}>
          {worse.length === 0 ? (
            <EmptyState icon={<IconCheck size={34} />} title="No slice stands out">
              None is worse than the rest of the images by more than chance explains (false discovery rate below 5 %, five images at least).
            </EmptyState>
          ) : (
            <DotRows {...links} rows={worse} domain={domainOf(worse.map(({ slice }) => slice))} reference={null} named />
          )}
        </Panel>
        <Leaks artifact={artifact} leaks={leaks} split={choice.split} />
      </div>
      {shown.length === 0 && (
        <Panel className={classes.gap}>
          <EmptyState title="There is nothing to slice by">More images, tags and classes give more to compare.</EmptyState>
        </Panel>
      )}
      <div className={classes.grid}>
        {shown.map((dimension) => (
          <Panel
            key={dimension.name}
            title={dimension.title}
            flush
            actions={
              <Text size="xs" c="dimmed" component="span" className={classes.metric}>
                {dimension.unit === "images" ? "Mean IoU" : OF_OBJECTS[metric]}
                {dimension.unit === "images" && <Definition name="miou" />}
                {overall(dimension) !== null && <b>{percent(overall(dimension))} overall</b>}
              </Text>
            }
          >
            <DotRows
              {...links}
              rows={dimension.slices.map((slice) => ({ dimension, slice }))}
              domain={domainOf(dimension.slices, overall(dimension))}
              reference={overall(dimension)}
            />
          </Panel>
        ))}
      </div>
    </>
  );
}
