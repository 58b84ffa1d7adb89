import { Skeleton, Text } from "@mantine/core";
import { useMemo } from "react";
import type { Artifact, Run } from "@/api/types";
import type { Mark } from "@/components/chart/marks";
import { Fold } from "@/components/Fold";
import { Panel } from "@/components/Panel";
import { useClasses } from "@/features/classes/api/classes";
import { useRunArtifacts } from "../../api/runs";
import type { RunStream } from "../../api/stream";
import { type ChartView, useChartView } from "../../api/view";
import type { Axis } from "../../model/axes";
import { type ChartPlan, planCharts } from "../../model/charts";
import type { Curves } from "../../model/curves";
import { positionOf, wholeRange } from "../../model/lines";
import { isRunning } from "../../model/stages";
import { Chart } from "./Chart";
import classes from "./Charts.module.css";
import { ViewBar } from "./ViewBar";

export function RunCharts({ stream, run }: { stream: RunStream; run: Run }) {
  const control = useChartView();
  const labels = useClasses(run.project);
  const artifacts = useRunArtifacts(run.id);
  const { curves, version } = stream;
  const { axis, zoom } = control.view;
  const names = [...curves.columns.keys()].join("\n");
  const groups = useMemo(
    () => planCharts(names === "" ? [] : names.split("\n"), new Map(labels.data?.map(({ name, color }) => [name, color]))),
    [names, labels.data],
  );
  const whole = wholeRange([curves], axis);
  const [low, high] = zoom ?? whole;
  const range = useMemo(() => [low, high] as const, [low, high]);
  const marks = useMemo(
    () => marksOf(artifacts.data ?? [], run.best?.step, curves, axis),
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [artifacts.data, run.best?.step, curves, axis, version],
  );
  if (!stream.loaded && curves.steps.length === 0) return <Skeleton height={560} />;
  if (groups.length === 0) {
    return (
      <Panel title="Curves">
        <div className={classes.waiting}>
          <Text size="sm" c="dimmed">
            {isRunning(run.status) ? "The curves start with the first training step." : "This run logged no metrics."}
          </Text>
        </div>
      </Panel>
    );
  }
  return (
    <div className={classes.groups}>
      <ViewBar control={control}>{marks.length > 0 && <MarkLegend hasBest={marks.some(({ kind }) => kind === "best")} />}</ViewBar>
      {groups.map(({ key, title, charts }) => (
        <Fold key={key} name={`run-${key}`} title={title} aside={charts.length}>
          <div className={classes.charts}>
            {charts.map((plan) => (
              <RunChart key={plan.key} plan={plan} curves={curves} version={version} range={range} control={control} marks={marks} sync={run.id} />
            ))}
          </div>
        </Fold>
      ))}
    </div>
  );
}

interface RunChartProps {
  plan: ChartPlan;
  curves: Curves;
  version: number;
  range: readonly [number, number];
  control: ChartView;
  marks: readonly Mark[];
  sync: string;
}

function RunChart({ plan, curves, ...rest }: RunChartProps) {
  const sources = useMemo(() => plan.lines.map(({ key }) => ({ curves, key })), [plan, curves]);
  return <Chart title={plan.title} kind={plan.kind} lines={plan.lines} sources={sources} {...rest} />;
}

function MarkLegend({ hasBest }: { hasBest: boolean }) {
  return (
    <span className={classes.markLegend}>
      <svg width={10} height={9} viewBox="0 0 10 9" aria-hidden="true">
        <path d="M5 1 9 8H1z" fill="none" stroke="currentColor" />
      </svg>
      checkpoint
      {hasBest && (
        <>
          <svg width={10} height={9} viewBox="0 0 10 9" aria-hidden="true">
            <path d="M5 1 9 8H1z" fill="currentColor" stroke="currentColor" />
          </svg>
          best
        </>
      )}
    </span>
  );
}

function marksOf(artifacts: readonly Artifact[], best: number | undefined, curves: Curves, axis: Axis): Mark[] {
  const steps = new Set(artifacts.map(({ step }) => step));
  if (best !== undefined) steps.add(best);
  return [...steps].flatMap((step) => {
    const x = positionOf(curves, axis, step);
    return x === null ? [] : [{ x, kind: step === best ? "best" : "checkpoint" } satisfies Mark];
  });
}
