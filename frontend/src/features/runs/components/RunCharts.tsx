import { Skeleton, Slider, Switch, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import type { Run } from "@/api/types";
import { type Line, LineChart } from "@/components/chart/LineChart";
import { compact, percent } from "@/components/format";
import { Panel } from "@/components/Panel";
import { useClasses } from "@/features/classes/api/classes";
import type { RunStream } from "../api/stream";
import { chartData, type ChartPlan, planCharts } from "../model/charts";
import { isRunning } from "../model/stages";
import classes from "./Run.module.css";

const FORMATS: Record<ChartPlan["kind"], (value: number) => string> = {
  loss: compact,
  plain: compact,
  share: (value) => percent(value),
  speed: (value) => value.toFixed(1),
};

export function RunCharts({ stream, run }: { stream: RunStream; run: Run }) {
  const [weight, setWeight] = useState(0);
  const [logarithmic, setLogarithmic] = useState(false);
  const labels = useClasses(run.project);
  const { curves, version } = stream;
  const names = [...curves.columns.keys()].join("\n");
  const plans = useMemo(
    () => planCharts(names === "" ? [] : names.split("\n"), new Map(labels.data?.map(({ name, color }) => [name, color]))),
    [names, labels.data],
  );
  if (!stream.loaded && curves.steps.length === 0) return <Skeleton height={560} />;
  if (plans.length === 0) {
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
    <>
      <div className={classes.chartBar}>
        <Text size="sm" fw={500} id="smoothing">
          Smoothing
        </Text>
        <Slider
          w={120}
          size="sm"
          min={0}
          max={0.98}
          step={0.02}
          label={(value) => (value === 0 ? "off" : value.toFixed(2))}
          thumbLabel="Smoothing"
          value={weight}
          onChange={setWeight}
        />
        <Switch
          size="sm"
          label="Logarithmic loss"
          checked={logarithmic}
          onChange={(event) => setLogarithmic(event.currentTarget.checked)}
        />
      </div>
      <div className={classes.charts}>
        {plans.map((plan) => (
          <Chart key={plan.key} plan={plan} stream={stream} version={version} weight={weight} logarithmic={logarithmic} runId={run.id} />
        ))}
      </div>
    </>
  );
}

interface ChartProps {
  plan: ChartPlan;
  stream: RunStream;
  /** The curves change in place; the version says when. */
  version: number;
  weight: number;
  logarithmic: boolean;
  runId: string;
}

function Chart({ plan, stream, version, weight, logarithmic, runId }: ChartProps) {
  const { curves } = stream;
  const lines: Line[] = plan.lines;
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const data = useMemo(() => chartData(curves, plan.lines.map(({ key }) => key), weight), [curves, plan, weight, version]);
  return (
    <Panel title={plan.title} flush>
      <div className={classes.chart}>
        <LineChart
          label={`${plan.title} by step`}
          lines={lines}
          data={data}
          format={FORMATS[plan.kind]}
          logarithmic={plan.kind === "loss" && logarithmic}
          sync={runId}
          share={plan.kind === "share"}
        />
      </div>
    </Panel>
  );
}
