import { milliseconds, percent } from "@/components/format";
import { useMeasure } from "@/components/useMeasure";
import { namedBelow, type SizePoint, spanOf } from "../../model/robustness";
import { scaleOf } from "../../model/tradeoffs";
import classes from "./Robustness.module.css";

const HEIGHT = 250;
const LEFT = 42;
const RIGHT = 40;
const TOP = 18;
const BOTTOM = 36;

/** Speed beside quality: each size of the input, joined from the smallest to the largest. */
export function SizeChart({ points, metric }: { points: readonly SizePoint[]; metric: string }) {
  const [measure, measured] = useMeasure();
  const width = Math.max(260, measured);
  const known = points.flatMap(({ size, value, milliseconds: time, own }) => (value === null || time === null ? [] : [{ size, value, time, own }]));
  const across = scaleOf(known.map(({ time }) => time), width < 420 ? 4 : 6);
  const [low, high] = spanOf(known.map(({ value }) => value));
  const x = (time: number) => LEFT + across.place(time) * (width - LEFT - RIGHT);
  const y = (value: number) => TOP + (1 - (value - low) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  const places = known.map(({ value, time }) => [x(time), y(value)] as const);
  return (
    <div ref={measure} className={classes.chart}>
      <svg width={width} height={HEIGHT} role="img" aria-label={known.map(({ size, value, time }) => `${size.join(" × ")}: ${percent(value)} in ${milliseconds(time)}`).join("; ")}>
        {[0, 0.25, 0.5, 0.75, 1].map((share) => low + share * (high - low)).map((tick) => (
          <g key={tick}>
            <line x1={LEFT} x2={width - RIGHT} y1={y(tick)} y2={y(tick)} className={classes.grid} />
            <text x={LEFT - 7} y={y(tick) + 4} textAnchor="end" className={classes.tick}>
              {Number((tick * 100).toFixed(1))}
            </text>
          </g>
        ))}
        {across.ticks.map((tick) => (
          <text key={tick} x={x(tick)} y={HEIGHT - BOTTOM + 16} textAnchor="middle" className={classes.tick}>
            {tick}
          </text>
        ))}
        <path d={`M${known.map(({ value, time }) => `${x(time).toFixed(1)} ${y(value).toFixed(1)}`).join("L")}`} className={classes.path} />
        {known.map(({ size, value, time, own }) => (
          <g key={size.join()} transform={`translate(${x(time)} ${y(value)})`} data-own={own || undefined} className={classes.size}>
            <title>{`${size.join(" × ")}: ${percent(value)} in ${milliseconds(time)}${own ? ", the size it was trained at" : ""}`}</title>
            <circle r={own ? 7 : 5} />
            <text y={namedBelow([x(time), y(value)], places) ? 20 : -11} textAnchor="middle">
              {size.join("×")}
            </text>
          </g>
        ))}
        <text x={(LEFT + width - RIGHT) / 2} y={HEIGHT - 3} textAnchor="middle" className={classes.axisTitle}>
          milliseconds an image
        </text>
        <text transform={`translate(11 ${y((low + high) / 2)}) rotate(-90)`} textAnchor="middle" className={classes.axisTitle}>
          {metric}, %
        </text>
      </svg>
    </div>
  );
}
