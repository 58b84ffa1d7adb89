import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useEffectEvent, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import classes from "./LineChart.module.css";
import type { Mark } from "./marks";
import type { Range } from "./model/traces";
import { type Line, type Look, optionsOf, type XKind } from "./options";
import { showTip } from "./tip";

export type { Line } from "./options";

interface Props {
  label: string;
  lines: readonly Line[];
  /** x first, then one row per line; null where a line has no value. */
  data: uPlot.AlignedData;
  /** What the x axis spans; charts that share a `sync` have the same one. */
  range: Range;
  /** A range that was dragged over; null when the whole is wanted back. */
  onZoom: (range: Range | null) => void;
  format: (value: number) => string;
  x?: XKind;
  logarithmic?: boolean;
  share?: boolean;
  fromZero?: boolean;
  height?: number;
  sync?: string;
  marks?: readonly Mark[];
  /** Values stand below the chart, or beside the cursor while it is over any chart of the group. */
  values?: "legend" | "tip";
  hidden?: ReadonlySet<string>;
}

const NONE: readonly Mark[] = [];
const ALL: ReadonlySet<string> = new Set();

/** A uPlot chart that takes new data without being rebuilt. */
export function LineChart({
  label,
  lines,
  data,
  range,
  onZoom,
  format,
  x = "step",
  logarithmic = false,
  share = false,
  fromZero = false,
  height = 220,
  sync,
  marks = NONE,
  values = "legend",
  hidden = ALL,
}: Props) {
  const box = useRef<HTMLDivElement>(null);
  const tip = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const scheme = useComputedColorScheme("light");
  const shape = JSON.stringify(lines);
  const zoom = useEffectEvent((next: Range | null) => onZoom(next));
  const currentMarks = useEffectEvent(() => marks);
  const fill = useEffectEvent((plot: uPlot) => {
    const [low, high] = range;
    plot.batch(() => {
      lines.forEach(({ key }, index) => {
        const show = !hidden.has(key);
        if (values === "tip" && plot.series[index + 1]?.show !== show) plot.setSeries(index + 1, { show }, false);
      });
      plot.setData(data, false);
      plot.setScale("x", low < high ? { min: low, max: high } : { min: low - 0.5, max: low + 0.5 });
    });
  });

  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const shown = JSON.parse(shape) as Line[];
    const look: Look = { lines: shown, x, format, logarithmic, share, fromZero, legend: values === "legend", scheme, sync };
    const plot = new uPlot(
      optionsOf(look, { width: element.clientWidth, height }, {
        marks: () => currentMarks(),
        onSelect: (low, high) => zoom([low, high]),
        onReset: () => zoom(null),
        onCursor: (moved) => {
          if (values === "tip" && tip.current) showTip(tip.current, moved, look);
        },
      }),
      undefined,
      element,
    );
    chart.current = plot;
    fill(plot);
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
      chart.current = null;
    };
  }, [shape, scheme, x, logarithmic, share, fromZero, height, sync, format, values]);

  useEffect(() => {
    if (chart.current) fill(chart.current);
  }, [data, range, hidden]);

  useEffect(() => {
    chart.current?.redraw(false);
  }, [marks]);

  return (
    <div className={classes.frame}>
      <div ref={box} className={classes.chart} style={{ minHeight: height + (values === "legend" ? 28 : 0) }} role="img" aria-label={label} />
      {values === "tip" && <div ref={tip} className={classes.tip} aria-hidden="true" />}
    </div>
  );
}
