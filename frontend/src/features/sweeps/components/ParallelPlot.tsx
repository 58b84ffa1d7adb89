import type { Trial } from "@/api/types";
import { axisOf, lowerIsBetter } from "../model/plot";
import { pathLabel } from "../model/form";
import { metricValue, trialText } from "../model/values";
import classes from "./Sweep.module.css";
import { useMeasure } from "@/components/useMeasure";

interface Props {
  trials: readonly Trial[];
  paths: readonly string[];
  /** Paths whose values were drawn from a logarithmic range. */
  logarithmic: ReadonlySet<string>;
  metric: string;
  metricLabel: string;
  best: string | null;
  active: string | null;
  onActive: (run: string | null) => void;
}

const HEIGHT = 300;
const TOP = 34;
const BOTTOM = 16;
const SIDE = 64;

/** A line a trial through an axis for each field, to the value it reached. */
export function ParallelPlot({ trials, paths, logarithmic, metric, metricLabel, best, active, onActive }: Props) {
  const [measure, width] = useMeasure();
  const done = trials.filter(({ value }) => value !== null);
  const axes = [
    ...paths.map((path) => ({ axis: axisOf(path, trials.map(({ trial }) => trial[path]), trialText, logarithmic.has(path)), label: pathLabel(path), of: (one: Trial) => one.trial[path] })),
    { axis: axisOf(metric, done.map(({ value }) => value), (value) => metricValue(metric, Number(value))), label: metricLabel, of: (one: Trial): unknown => one.value },
  ];
  const x = (index: number) => SIDE + (index / Math.max(1, axes.length - 1)) * (Math.max(320, width) - 2 * SIDE);
  const y = (place: number) => TOP + (1 - place) * (HEIGHT - TOP - BOTTOM);
  const quality = axes.at(-1)?.axis;
  const sorted = [...done].sort((a, b) => Number(a.run === active || a.run === best) - Number(b.run === active || b.run === best));
  return (
    <div ref={measure} className={classes.plot}>
      <svg width={Math.max(320, width)} height={HEIGHT} role="img" aria-label={`${metricLabel} of ${done.length} trials by the values they were given`}>
        {axes.map(({ axis, label }, index) => (
          <g key={axis.key}>
            <line x1={x(index)} x2={x(index)} y1={TOP} y2={HEIGHT - BOTTOM} className={classes.axis} />
            <text x={x(index)} y={14} textAnchor="middle" className={classes.axisTitle}>
              {label}
            </text>
          </g>
        ))}
        {sorted.map((one) => {
          const points = axes.flatMap(({ axis, of }, index) => {
            const place = axis.place(of(one));
            return place === null ? [] : [`${x(index).toFixed(1)},${y(place).toFixed(1)}`];
          });
          const share = quality?.place(one.value) ?? 0;
          return (
            <polyline
              key={one.run}
              points={points.join(" ")}
              className={classes.trialLine}
              style={{ stroke: shade(lowerIsBetter(metric) ? 1 - share : share) }}
              data-best={one.run === best || undefined}
              data-active={one.run === active || undefined}
              data-faded={(active !== null && one.run !== active) || undefined}
              onMouseEnter={() => onActive(one.run)}
              onMouseLeave={() => onActive(null)}
            >
              <title>{titleOf(one, paths, metric)}</title>
            </polyline>
          );
        })}
        {axes.map(({ axis }, index) =>
          axis.ticks.map(({ at, text }) => (
            <text
              key={`${axis.key} ${text}`}
              x={x(index) + (index === axes.length - 1 ? 10 : -10)}
              y={y(at) + 3.5}
              textAnchor={index === axes.length - 1 ? "start" : "end"}
              className={classes.tick}
            >
              {text}
            </text>
          )),
        )}
      </svg>
    </div>
  );
}

/** From a pale to a strong colour as a trial does better. */
export function shade(share: number): string {
  return `color-mix(in srgb, var(--mantine-primary-color-filled) ${Math.round(25 + share * 75)}%, light-dark(#e3c9a6, #6d5a3f))`;
}

export function titleOf({ name, value, trial }: Trial, paths: readonly string[], metric: string): string {
  return [`${name}: ${metricValue(metric, value)}`, ...paths.map((path) => `${pathLabel(path)} ${trialText(trial[path])}`)].join("\n");
}
