import { Skeleton, Text } from "@mantine/core";
import { useMemo } from "react";
import type { Run } from "@/api/types";
import type { Range } from "@/components/chart/model/traces";
import { Fold } from "@/components/Fold";
import type { RunStream } from "../../api/stream";
import type { ChartView } from "../../api/view";
import { kindOf, metricTitle, planComparison } from "../../model/charts";
import { emptyCurves } from "../../model/curves";
import { wholeRange } from "../../model/lines";
import { Chart } from "../charts/Chart";
import chartClasses from "../charts/Charts.module.css";

interface Props {
  runs: readonly Run[];
  streams: ReadonlyMap<string, RunStream>;
  colors: ReadonlyMap<string, string>;
  hidden: ReadonlySet<string>;
  control: ChartView;
}

const EMPTY = emptyCurves();
const CLOSED = new Set(["classes", "hardware"]);

/** Every metric of these runs, one chart each, a line a run. */
export function CompareCharts({ runs, streams, colors, hidden, control }: Props) {
  const curves = runs.map(({ id }) => streams.get(id)?.curves ?? EMPTY);
  const names = [...new Set(curves.flatMap(({ columns }) => [...columns.keys()]))].toSorted();
  const groups = usePlan(names.join("\n"));
  const version = runs.reduce((sum, { id }) => sum + (streams.get(id)?.version ?? 0), 0);
  const { axis, zoom } = control.view;
  const [low, high] = zoom ?? wholeRange(curves.filter((_, index) => !hidden.has(runs[index]?.id ?? "")), axis);
  const range = useMemo(() => [low, high] as const, [low, high]);
  const loading = runs.some(({ id }) => streams.get(id)?.loaded !== true);
  if (groups.length === 0) {
    return loading ? <Skeleton height={420} /> : <Text c="dimmed">None of these runs has logged a metric yet.</Text>;
  }
  return (
    <div className={chartClasses.groups}>
      {groups.map(({ key, title, metrics }) => (
        <Fold key={key} name={`compare-${key}`} title={title} aside={metrics.length} openAtFirst={!CLOSED.has(key)}>
          <div className={chartClasses.charts}>
            {metrics.map((metric) => (
              <MetricChart
                key={metric}
                metric={metric}
                runs={runs}
                streams={streams}
                version={version}
                colors={colors}
                hidden={hidden}
                range={range}
                control={control}
              />
            ))}
          </div>
        </Fold>
      ))}
    </div>
  );
}

function usePlan(names: string) {
  return useMemo(() => planComparison(names === "" ? [] : names.split("\n")), [names]);
}

interface MetricChartProps extends Props {
  metric: string;
  version: number;
  range: Range;
}

function MetricChart({ metric, runs, streams, version, colors, hidden, range, control }: MetricChartProps) {
  const shape = runs.map(({ id, name }) => `${id} ${name}`).join("\n");
  const lines = useMemo(
    () => runs.map(({ id, name }) => ({ key: id, name, color: colors.get(id) ?? "#888888", points: metric.startsWith("val/") })),
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [shape, colors, metric],
  );
  const known = runs.map(({ id }) => (streams.has(id) ? "1" : "0")).join("");
  const sources = useMemo(
    () => runs.map(({ id }) => ({ curves: streams.get(id)?.curves ?? EMPTY, key: metric })),
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [shape, known, metric],
  );
  return (
    <Chart
      title={metricTitle(metric)}
      kind={kindOf(metric)}
      lines={lines}
      sources={sources}
      version={version}
      range={range}
      control={control}
      sync="compare"
      values="tip"
      hidden={hidden}
    />
  );
}
