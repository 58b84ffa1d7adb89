import { Badge, SegmentedControl, Select, Skeleton, Stack, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import type uPlot from "uplot";
import type { Deployment, DeploymentMetrics } from "@/api/types";
import { type Line, LineChart } from "@/components/chart/LineChart";
import type { Range } from "@/components/chart/model/traces";
import { EmptyState } from "@/components/EmptyState";
import { compact, integer, milliseconds, percent } from "@/components/format";
import { IconTrain } from "@/components/icons";
import { Panel } from "@/components/Panel";
import { QueryView } from "@/components/QueryView";
import { Stats } from "@/components/Stat";
import { useMetrics } from "../../api/traffic";
import { busiest, latencyOf, type Percentile, rateText, SPANS, statusText, trafficOf } from "../../model/traffic";
import { ServerLogPanel } from "./ServerLogPanel";
import classes from "./Traffic.module.css";

/** Colours that stay apart for every kind of colour vision; strokes differ as well. */
const BLUE = "#0072b2";
const ORANGE = "#d55e00";
const PURPLE = "#aa4a8e";
const GREEN = "#0c8f7d";
const VERSIONS = [GREEN, ORANGE, BLUE, PURPLE];
const DASHES = [undefined, [7, 4], [2, 3], [9, 3, 2, 3]];
const PERCENTILES: { key: Percentile; name: string; color: string; dash?: number[] }[] = [
  { key: "p50_ms", name: "median", color: BLUE },
  { key: "p95_ms", name: "95 %", color: ORANGE, dash: [7, 4] },
  { key: "p99_ms", name: "99 %", color: PURPLE, dash: [2, 3] },
];
const TALL = 210;
const LOW = 160;

/** How much is asked, how quickly it is answered, and what the server says meanwhile. */
export function TrafficTab({ deployment }: { deployment: Deployment }) {
  const [minutes, setMinutes] = useState<number>(60);
  const metrics = useMetrics(deployment.id, minutes);
  return (
    <>
      <div className={classes.bar}>
        <SegmentedControl
          size="xs"
          aria-label="Time span"
          value={String(minutes)}
          onChange={(value) => setMinutes(Number(value))}
          data={SPANS.map(({ minutes: value, label }) => ({ value: String(value), label }))}
        />
        <Text size="xs" c="dimmed">
          Drag over a chart to look closer; double-click for the whole.
        </Text>
      </div>
      <QueryView query={metrics} skeleton={<Skeleton height={520} mb={14} />}>
        {(data) =>
          data.points.length === 0 ? (
            <Panel className={classes.figures ?? ""}>
              <EmptyState icon={<IconTrain size={34} />} title={`No requests in the last ${SPANS.find((one) => one.minutes === data.minutes)?.label ?? "hour"}`}>
                Try an image, or copy a snippet from “Use” into a program: every request shows here within a minute.
              </EmptyState>
            </Panel>
          ) : (
            <Charts key={data.minutes} metrics={data} minutes={data.minutes} at={data.at} sync={deployment.id} />
          )
        }
      </QueryView>
      <ServerLogPanel deployment={deployment} />
    </>
  );
}

function Charts({ metrics, minutes, at, sync }: { metrics: DeploymentMetrics; minutes: number; at: number; sync: string }) {
  const [zoom, setZoom] = useState<Range | null>(null);
  const [chosen, setChosen] = useState<number | null>(null);
  const traffic = useMemo(() => trafficOf(metrics, at, minutes), [metrics, at, minutes]);
  const { times, versions } = traffic;
  const version = chosen !== null && versions.includes(chosen) ? chosen : (busiest(metrics.points) ?? 1);
  const range = useMemo<Range>(() => zoom ?? [times[0] ?? 0, times.at(-1) ?? 1], [zoom, times]);
  const data = useMemo(
    () => ({
      rate: [times, ...traffic.rates] as uPlot.AlignedData,
      latency: [times, ...PERCENTILES.map(({ key }) => latencyOf(metrics, times, version, key))] as uPlot.AlignedData,
      errors: [times, traffic.errors] as uPlot.AlignedData,
      queue: [times, traffic.queue] as uPlot.AlignedData,
      batch: [times, traffic.batch] as uPlot.AlignedData,
    }),
    [traffic, times, metrics, version],
  );
  const rates: Line[] = versions.map((one, index) => ({
    key: String(one),
    name: versions.length === 1 ? "requests" : `v${one}`,
    color: VERSIONS[index % VERSIONS.length] ?? GREEN,
    ...(DASHES[index] ? { dash: DASHES[index] } : {}),
  }));
  const shared = { x: "clock" as const, range, onZoom: setZoom, sync, values: "tip" as const, fromZero: true };
  return (
    <>
      <Totals metrics={metrics} />
      <div className={classes.charts}>
        <Panel title="Requests per second" flush>
          <Chart>
            <LineChart label="Requests per second over time" lines={rates} data={data.rate} format={rateText} height={TALL} {...shared} />
          </Chart>
          <Key lines={rates} />
        </Panel>
        <Panel
          title="Latency"
          flush
          actions={
            versions.length > 1 && (
              <Select
                size="xs"
                w={90}
                aria-label="Version whose latency is shown"
                data={versions.map((one) => ({ value: String(one), label: `v${one}` }))}
                value={String(version)}
                onChange={(value) => setChosen(Number(value))}
                allowDeselect={false}
              />
            )
          }
        >
          <Chart>
            <LineChart label="Latency over time" lines={PERCENTILES.map((one) => ({ ...one, points: true, gaps: true }))} data={data.latency} format={tickMs} height={TALL} {...shared} />
          </Chart>
          <Key lines={PERCENTILES} />
        </Panel>
        <Panel title="Errors per second" flush>
          <Chart>
            <LineChart label="Errors per second over time" lines={[{ key: "errors", name: "errors", color: ORANGE }]} data={data.errors} format={rateText} height={LOW} {...shared} />
          </Chart>
          <Statuses statuses={metrics.statuses} />
        </Panel>
        <Panel title="Images waiting, at most" flush>
          <Chart>
            <LineChart label="Images waiting over time" lines={[{ key: "queue", name: "waiting", color: BLUE }]} data={data.queue} format={compact} height={LOW} {...shared} />
          </Chart>
        </Panel>
        <Panel title="Images in a batch, on average" flush>
          <Chart>
            <LineChart label="Batch size over time" lines={[{ key: "batch", name: "images", color: GREEN, points: true, gaps: true }]} data={data.batch} format={compact} height={LOW} {...shared} />
          </Chart>
        </Panel>
      </div>
    </>
  );
}

function tickMs(value: number): string {
  return milliseconds(value).replace(/\.0+ /, " ");
}

function Chart({ children }: { children: React.ReactNode }) {
  return <div className={classes.chart}>{children}</div>;
}

/** Which stroke is which. */
function Key({ lines }: { lines: readonly Pick<Line, "key" | "name" | "color" | "dash">[] }) {
  return (
    <div className={classes.statuses}>
      {lines.map(({ key, name, color, dash }) => (
        <Text key={key} size="xs" c="dimmed" component="span" style={{ display: "inline-flex", gap: 5, alignItems: "center", marginRight: 8 }}>
          <svg width={22} height={6} aria-hidden="true">
            <path d="M0 3H22" stroke={color} strokeWidth={2} {...(dash ? { strokeDasharray: dash.join(" ") } : {})} />
          </svg>
          {name}
        </Text>
      ))}
    </div>
  );
}

function Totals({ metrics: { totals } }: { metrics: DeploymentMetrics }) {
  const { requests, errors, batch_mean: batch } = totals;
  const ms = (value: number | null) => (value === null ? "–" : milliseconds(value));
  return (
    <div className={classes.figures}>
      <Stats
        items={[
          { label: "Requests", value: integer(requests) },
          { label: "Errors", value: integer(errors), hint: requests > 0 ? percent(errors / requests, 2) : "none asked" },
          { label: "Median latency", value: ms(totals.p50_ms) },
          { label: "95th percentile", value: ms(totals.p95_ms) },
          { label: "99th percentile", value: ms(totals.p99_ms) },
          { label: "Mean batch", value: batch === null ? "–" : batch.toFixed(2) },
        ]}
      />
    </div>
  );
}

function Statuses({ statuses }: { statuses: Record<string, number> }) {
  const rows = Object.entries(statuses).sort(([, a], [, b]) => b - a);
  if (rows.length === 0) return null;
  return (
    <Stack gap={0} className={classes.statuses} component="ul" aria-label="Errors by status" style={{ flexDirection: "row", listStyle: "none", margin: 0 }}>
      {rows.map(([status, count]) => (
        <li key={status}>
          <Badge size="sm" variant="light" color={status.startsWith("5") ? "red" : "orange"} tt="none">
            {statusText(status)} · {integer(count)}
          </Badge>
        </li>
      ))}
    </Stack>
  );
}
