import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import classes from "./LineChart.module.css";

export interface Line {
  key: string;
  name: string;
  color: string;
  /** Sparse series (validation) show their points. */
  points?: boolean;
}

interface Props {
  label: string;
  lines: readonly Line[];
  /** x first, then one row per line; null where a step has no value. */
  data: uPlot.AlignedData;
  format: (value: number) => string;
  logarithmic?: boolean;
  /** Values are shares: the axis goes from 0 to the next tenth above them, 1 at most. */
  share?: boolean;
  height?: number;
  sync?: string;
}

const INK = {
  light: { text: "#5c6664", grid: "rgba(0,0,0,0.07)" },
  dark: { text: "#9aa3a1", grid: "rgba(255,255,255,0.07)" },
};

/** Distances between ticks of the x axis: steps are whole. */
const WHOLE = [1, 2, 5].flatMap((one) => [0, 1, 2, 3, 4, 5, 6, 7].map((power) => one * 10 ** power)).sort((a, b) => a - b);

function shareTop(high: number | null): number {
  return Math.min(1, Math.max(0.1, Math.ceil(((high ?? 1) + 1e-9) * 10) / 10));
}

/** What the legend says while nothing is pointed at. */
function newest(row: uPlot.AlignedData[number] | undefined): number | null {
  for (let index = (row?.length ?? 0) - 1; index >= 0; index -= 1) {
    const value = row?.[index];
    if (value != null) return value;
  }
  return null;
}

/** A uPlot chart that takes new data without being rebuilt. */
export function LineChart({ label, lines, data, format, logarithmic = false, share = false, height = 220, sync }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const latest = useRef(data);
  const scheme = useComputedColorScheme("light");
  const shape = JSON.stringify(lines);

  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const shown = JSON.parse(shape) as Line[];
    const { text, grid } = INK[scheme];
    const axis = { stroke: text, font: "11px system-ui", grid: { stroke: grid, width: 1 }, ticks: { show: false } };
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height,
        padding: [10, 12, 0, 0],
        cursor: { y: false, drag: { x: true, y: false }, ...(sync ? { sync: { key: sync } } : {}) },
        legend: { live: true, markers: { width: 0, fill: (_, index) => shown[index - 1]?.color ?? text } },
        scales: {
          x: { time: false },
          y: logarithmic
            ? { distr: 3 }
            : { range: (_, low, high) => (share ? [0, shareTop(high)] : uPlot.rangeNum(low, high, 0.08, true)) },
        },
        axes: [
          { ...axis, size: 28, incrs: WHOLE },
          { ...axis, size: 52, values: (_, splits) => splits.map((v) => (v == null ? "" : format(v))) },
        ],
        series: [
          {
            label: "step",
            value: (plotted: uPlot, value: number | null, _: number, column: number | null) => {
              const read = column == null ? newest(plotted.data[0]) : value;
              return read == null ? "–" : String(read);
            },
          },
          ...shown.map((line) => ({
            label: line.name,
            stroke: line.color,
            width: 1.6,
            spanGaps: true,
            points: { show: line.points ?? false, size: 5 },
            value: (plotted: uPlot, value: number | null, row: number, column: number | null) => {
              const read = column == null ? newest(plotted.data[row]) : value;
              return read == null ? "–" : format(read);
            },
          })),
        ],
      },
      latest.current,
      element,
    );
    chart.current = plot;
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
      chart.current = null;
    };
  }, [shape, scheme, logarithmic, share, height, sync, format]);

  useEffect(() => {
    latest.current = data;
    chart.current?.setData(data);
  }, [data]);

  return <div ref={box} className={classes.chart} style={{ minHeight: height + 28 }} role="img" aria-label={label} />;
}
