import { evenTicks, logTicks } from "@/components/chart/model/ticks";
import type { TradeoffPoint } from "@/api/types";

export type AxisKey = "quality" | "milliseconds" | "size" | "memory_mb";

export interface AxisKind {
  key: AxisKey;
  title: string;
  /** More of it is better. */
  rising: boolean;
  text: (value: number, digits?: number) => string;
}

export function valueOf(point: TradeoffPoint, key: AxisKey): number | null {
  return key === "quality" ? (point.miou ?? point.map ?? null) : point[key];
}

/** The points that no other one beats in both of these, from left to right. */
export function frontOf(points: readonly TradeoffPoint[], across: AxisKind, up: AxisKind): TradeoffPoint[] {
  const known = points.flatMap((point) => {
    const x = valueOf(point, across.key);
    const y = valueOf(point, up.key);
    return x === null || y === null ? [] : [{ point, x: across.rising ? -x : x, y: up.rising ? -y : y }];
  });
  return known
    .filter(({ x, y }) => !known.some((other) => other.x <= x && other.y <= y && (other.x < x || other.y < y)))
    .sort((a, b) => (across.rising ? b.x - a.x : a.x - b.x))
    .map(({ point }) => point);
}

export interface Scale {
  place: (value: number) => number;
  ticks: number[];
}

const WIDE = 15;
const MARGIN = 0.08;

/** 0 to 1 for what lies between these values; laid out by logarithm where they span much. */
export function scaleOf(values: readonly number[], count: number): Scale {
  if (values.length === 0) return { place: () => 0.5, ticks: [] };
  const [least, most] = [Math.min(...values), Math.max(...values)];
  if (least > 0 && most / least >= WIDE) {
    const [low, high] = [least / 1.25, most * 1.25];
    const ticks = logTicks(low, high);
    return { place: (value) => Math.log(value / low) / Math.log(high / low), ticks: ticks.length > count + 2 ? ticks.filter((tick) => String(tick).replace(/[0.]/g, "") === "1") : ticks };
  }
  const span = most > least ? most - least : Math.abs(most) * 0.2 || 1;
  const low = Math.max(least >= 0 ? 0 : -Infinity, least - span * MARGIN);
  const high = most + span * MARGIN;
  return { place: (value) => (value - low) / (high - low), ticks: evenTicks(low, high, count) };
}

/** What stands at ticks: as few digits as tell them apart. */
export function tickTexts({ text }: Pick<AxisKind, "text">, ticks: readonly number[]): string[] {
  const round = (words: string) => words.replace(/\.0+(?=\D|$)/, "");
  for (let digits = 0; digits < 4; digits += 1) {
    const texts = ticks.map((tick) => round(text(tick, digits)));
    if (new Set(texts).size === texts.length) return texts;
  }
  return ticks.map((tick) => text(tick));
}

/** The radius of a dot whose area stands for a value. */
export function radiusOf(value: number | null, largest: number, [least, most]: readonly [number, number]): number {
  if (value === null || largest <= 0) return least;
  return Math.max(least, Math.sqrt(value / largest) * most);
}

/** Formats by shape, so that nobody has to tell them by their colours. */
export type Shape = "circle" | "square" | "triangle" | "diamond";
const SHAPES: Record<string, Shape> = { onnx: "circle", openvino: "square", torch: "triangle" };

export function shapeOf(format: string): Shape {
  return SHAPES[format] ?? "diamond";
}

/** The outline of a shape of about the same area as a circle of this radius. */
export function outline(shape: Shape, radius: number): string {
  const half = radius * 0.89;
  switch (shape) {
    case "circle":
      return `M${-radius} 0a${radius} ${radius} 0 1 0 ${2 * radius} 0a${radius} ${radius} 0 1 0 ${-2 * radius} 0z`;
    case "square":
      return `M${-half} ${-half}H${half}V${half}H${-half}z`;
    case "triangle":
      return `M0 ${-radius * 1.4}L${radius * 1.25} ${radius * 0.85}H${-radius * 1.25}z`;
    case "diamond":
      return `M0 ${-radius * 1.25}L${radius * 1.25} 0L0 ${radius * 1.25}L${-radius * 1.25} 0z`;
  }
}

/** A point in one line for those who do not see it. */
export function pointText(point: TradeoffPoint, name: string, axes: readonly AxisKind[]): string {
  const figures = axes.map(({ key, title, text }) => {
    const value = valueOf(point, key);
    return `${title} ${value === null ? "not measured" : text(value)}`;
  });
  return [name, ...figures, ...(point.pareto ? ["on the Pareto front"] : []), ...(point.agrees ? [] : ["disagrees with the model"])].join(", ");
}

