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
  range?: [number, number];
  height?: number;
  sync?: string;
}

const INK = {
  light: { text: "#5c6664", grid: "rgba(0,0,0,0.07)" },
  dark: { text: "#9aa3a1", grid: "rgba(255,255,255,0.07)" },
};

/** A uPlot chart that takes new data without being rebuilt. */
export function LineChart({ label, lines, data, format, logarithmic = false, range, height = 220, sync }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const latest = useRef(data);
  const scheme = useComputedColorScheme("light");
  const shape = JSON.stringify([lines, range ?? null]);

  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const [shown, limits] = JSON.parse(shape) as [Line[], [number, number] | null];
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
            : { range: (_, low, high) => limits ?? uPlot.rangeNum(low, high, 0.08, true) },
        },
        axes: [
          { ...axis, size: 28 },
          { ...axis, size: 52, values: (_, splits) => splits.map((v) => (v == null ? "" : format(v))) },
        ],
        series: [
          { label: "step" },
          ...shown.map((line) => ({
            label: line.name,
            stroke: line.color,
            width: 1.6,
            spanGaps: true,
            points: { show: line.points ?? false, size: 5 },
            value: (_: uPlot, value: number | null) => (value == null ? "–" : format(value)),
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
  }, [shape, scheme, logarithmic, height, sync, format]);

  useEffect(() => {
    latest.current = data;
    chart.current?.setData(data);
  }, [data]);

  return <div ref={box} className={classes.chart} style={{ minHeight: height + 28 }} role="img" aria-label={label} />;
}
