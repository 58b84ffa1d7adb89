import { Text } from "@mantine/core";
import type { Artifact } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { percent } from "@/components/format";
import { IconCheck } from "@/components/icons";
import { Panel } from "@/components/Panel";
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

const METRICS: Record<string, string> = { miou: "Mean IoU", recall: "Pixel recall", iou: "Best IoU" };

/** What the dots of a dimension are. */
export function metricOf({ unit }: Pick<Dimension, "unit">, metric: string): string {
  return unit === "objects" ? "Recall of its pixels" : (METRICS[metric] ?? metric);
}

function View({ artifact, choice, slices: { metric, value, dimensions, leaks } }: { artifact: Artifact; choice: Choice; slices: Slices }) {
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
                {metricOf(dimension, metric)} {dimension.unit === "images" && <Definition name={metric} />}
                {dimension.unit === "images" && value !== null && `, ${percent(value)} overall`}
              </Text>
            }
          >
            <DotRows
              {...links}
              rows={dimension.slices.map((slice) => ({ dimension, slice }))}
              domain={domainOf(dimension.slices)}
              reference={dimension.unit === "images" ? value : null}
            />
          </Panel>
        ))}
      </div>
    </>
  );
}
