import uPlot from "uplot";
import { clock, logTicks, shareTop, wallClock } from "./model/ticks";
import { isBetweenValues, nearestValue } from "./model/traces";
import { drawMarks, type Mark } from "./marks";

export interface Line {
  key: string;
  name: string;
  color: string;
  /** Sparse series (validation) show their points. */
  points?: boolean;
  /** The line as it was measured, pale behind the smoothed one; neither legend nor cursor speak of it. */
  ghost?: boolean;
  /** Lengths of strokes and gaps: lines of one chart are told apart without their colours. */
  dash?: number[];
  /** Where there is no value, there is no line. */
  gaps?: boolean;
}

/** "time" is seconds since a beginning, "clock" seconds since 1970, told as day and time of this place. */
export type XKind = "step" | "epoch" | "time" | "clock";

export interface Look {
  lines: readonly Line[];
  x: XKind;
  format: (value: number) => string;
  logarithmic: boolean;
  /** Values are shares: the axis goes from 0 to the next tenth above them, 1 at most. */
  share: boolean;
  /** The axis starts at zero. */
  fromZero: boolean;
  legend: boolean;
  scheme: "light" | "dark";
  sync: string | undefined;
}

interface Ties {
  marks: () => readonly Mark[];
  onSelect: (low: number, high: number) => void;
  onReset: () => void;
  onCursor: (plot: uPlot) => void;
}

const INK = {
  light: { text: "#5c6664", grid: "rgba(0,0,0,0.07)", panel: "#ffffff" },
  dark: { text: "#9aa3a1", grid: "rgba(255,255,255,0.07)", panel: "#1f2123" },
};

/** Distances between ticks of the x axis: steps are whole, times are what a clock has. */
const WHOLE = [1, 2, 5].flatMap((one) => [0, 1, 2, 3, 4, 5, 6, 7].map((power) => one * 10 ** power)).sort((a, b) => a - b);
const CLOCK = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400, 172_800];
const DAY = 86_400;
const LEAST_DRAG = 6;

export function xText(kind: XKind, value: number): string {
  if (kind === "time") return clock(value);
  if (kind === "clock") return wallClock(value, true);
  return kind === "step" ? String(value) : String(Number(value.toFixed(2)));
}

export function optionsOf(look: Look, size: { width: number; height: number }, ties: Ties): uPlot.Options {
  const { lines, x, format, scheme } = look;
  const ink = INK[scheme];
  const axis = { stroke: ink.text, font: "11px system-ui", grid: { stroke: ink.grid, width: 1 }, ticks: { show: false } };
  return {
    ...size,
    padding: [10, 20, 0, 0],
    cursor: cursorOf(look, ties),
    select: { show: true, left: 0, top: 0, width: 0, height: 0 },
    legend: { show: look.legend, live: true, markers: { width: 0, fill: (_, index) => lines[index - 1]?.color ?? ink.text } },
    scales: { x: { time: x === "clock", auto: false }, y: yScale(look) },
    axes: [
      {
        ...axis,
        size: 28,
        ...(x === "epoch" || x === "clock" ? {} : { incrs: x === "time" ? CLOCK : WHOLE }),
        ...(x === "time" ? { values: (_, splits) => splits.map(clock) } : {}),
        ...(x === "clock" ? { values: (_, splits, __, ___, step) => splits.map((split) => wallClock(split, step >= DAY ? "day" : false)) } : {}),
      },
      {
        ...axis,
        size: 52,
        ...(look.logarithmic ? { splits: (_, __, low, high) => logTicks(low, high), filter: (_, splits) => splits } : {}),
        values: (_, splits) => splits.map((value) => (value == null ? "" : format(value))),
      },
    ],
    series: [xSeries(x), ...lines.map((line) => ySeries(line, format))],
    hooks: {
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width < LEAST_DRAG) return;
          ties.onSelect(plot.posToVal(left, "x"), plot.posToVal(left + width, "x"));
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
      setSeries: [(plot, index, { show }) => hideGhost(plot, lines, index, show)],
      setCursor: [ties.onCursor],
      draw: [(plot) => drawMarks(plot, ties.marks(), ink)],
    },
  };
}

function cursorOf({ sync }: Look, ties: Ties): uPlot.Cursor {
  return {
    y: false,
    drag: { x: true, y: false, setScale: false },
    bind: {
      dblclick: () => () => {
        ties.onReset();
        return null;
      },
    },
    points: { size: 6 },
    dataIdx: (plot, series, hovered) => {
      if (series === 0) return hovered;
      return near(plot, series, hovered);
    },
    ...(sync === undefined
      ? {}
      : {
          sync: {
            key: sync,
            scales: ["x", null] as [string, null],
            setSeries: false,
            filters: { pub: (type: string) => type === "mousemove" || type === "mouseleave" },
          },
        }),
  } as uPlot.Cursor;
}

const REACH = 0.03;

/** Between a line's ends the nearest of its values; beyond them nothing but close by: a run that ended says no more. */
function near(plot: uPlot, series: number, hovered: number): number | null {
  const row = plot.data[series] ?? [];
  const column = nearestValue(row, hovered);
  const { min, max } = plot.scales["x"] ?? {};
  const at = column === null ? undefined : plot.data[0][column];
  const pointed = plot.data[0][hovered];
  if (at === undefined || pointed === undefined || min == null || max == null) return null;
  return isBetweenValues(row, hovered) || Math.abs(at - pointed) <= (max - min) * REACH ? column : null;
}

function yScale({ logarithmic, share, fromZero }: Look): uPlot.Scale {
  if (logarithmic) {
    return { distr: 3, range: (_, low, high) => [low > 0 ? low * 0.9 : 1e-6, high > 0 ? high * 1.1 : 1] };
  }
  if (fromZero) return { range: (_, __, high) => [0, high > 0 ? high * 1.12 : 1] };
  return { range: (_, low, high) => (share ? [0, shareTop(high)] : uPlot.rangeNum(low, high, 0.08, true)) };
}

function xSeries(kind: XKind): uPlot.Series {
  return {
    label: kind === "clock" ? "time" : kind,
    value: (plot: uPlot, value: number | null, _: number, column: number | null) => {
      const read = column == null ? plot.scales["x"]?.max : value;
      return read == null ? "–" : xText(kind, column == null && kind === "step" ? Math.round(read) : read);
    },
  };
}

function ySeries({ name, color, points = false, ghost = false, dash, gaps = false }: Line, format: (value: number) => string): uPlot.Series {
  return {
    label: name,
    stroke: ghost ? `${color}40` : color,
    width: ghost ? 1 : 1.6,
    ...(dash ? { dash } : {}),
    ...(ghost ? { class: "ghost" } : {}),
    spanGaps: !gaps,
    points: { show: (plot, series) => points && !ghost && isSparse(plot.data[series]), size: 5 },
    value: (plot: uPlot, value: number | null, row: number, column: number | null) => {
      const read = column == null && plot.cursor.idx == null ? newest(plot.data[row]) : value;
      return read == null ? "–" : format(read);
    },
  };
}

const MOST_POINTS = 60;

/** Few enough values that each can have its point. */
function isSparse(row: uPlot.AlignedData[number] | undefined): boolean {
  let values = 0;
  for (let index = 0; index < (row?.length ?? 0) && values <= MOST_POINTS; index += 1) if (row?.[index] != null) values += 1;
  return values <= MOST_POINTS;
}

/** What the legend says while nothing is pointed at. */
function newest(row: uPlot.AlignedData[number] | undefined): number | null {
  for (let index = (row?.length ?? 0) - 1; index >= 0; index -= 1) {
    const value = row?.[index];
    if (value != null) return value;
  }
  return null;
}

/** A line that is switched off takes its pale companion along. */
function hideGhost(plot: uPlot, lines: readonly Line[], index: number | null, show: boolean | undefined): void {
  if (index === null || show === undefined) return;
  const key = lines[index - 1]?.key;
  const ghost = lines.findIndex((line) => line.ghost === true && line.key === key);
  if (ghost >= 0 && ghost !== index - 1 && plot.series[ghost + 1]?.show !== show) plot.setSeries(ghost + 1, { show }, false);
}
