import type { Trial } from "@/api/types";
import { axisOf, lowerIsBetter } from "../model/plot";
import { pathLabel } from "../model/form";
import { metricValue, trialText } from "../model/values";
import { shade, titleOf } from "./ParallelPlot";
import classes from "./Sweep.module.css";
import { useMeasure } from "@/components/useMeasure";

interface Props {
  trials: readonly Trial[];
  path: string;
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
const LEFT = 62;
const RIGHT = 20;
const TOP = 16;
const BOTTOM = 40;

/** What the trials reached over the values of one field. */
export function ScatterPlot({ trials, path, paths, logarithmic, metric, metricLabel, best, active, onActive }: Props) {
  const [measure, measured] = useMeasure();
  const width = Math.max(280, measured);
  const done = trials.filter(({ value }) => value !== null);
  const across = axisOf(path, done.map(({ trial }) => trial[path]), trialText, logarithmic.has(path));
  const up = axisOf(metric, done.map(({ value }) => value), (value) => metricValue(metric, Number(value)));
  const x = (place: number) => LEFT + 12 + place * (width - LEFT - RIGHT - 24);
  const y = (place: number) => TOP + 8 + (1 - place) * (HEIGHT - TOP - BOTTOM - 16);
  return (
    <div ref={measure} className={classes.plot}>
      <svg width={width} height={HEIGHT} role="img" aria-label={`${metricLabel} by ${pathLabel(path)} of ${done.length} trials`}>
        {up.ticks.map(({ at, text }) => (
          <g key={text}>
            <line x1={LEFT} x2={width - RIGHT} y1={y(at)} y2={y(at)} className={classes.grid} />
            <text x={LEFT - 8} y={y(at) + 3.5} textAnchor="end" className={classes.tick}>
              {text}
            </text>
          </g>
        ))}
        {across.ticks.map(({ at, text }) => (
          <text key={text} x={x(at)} y={HEIGHT - BOTTOM + 16} textAnchor="middle" className={classes.tick}>
            {text}
          </text>
        ))}
        <line x1={LEFT} x2={width - RIGHT} y1={HEIGHT - BOTTOM} y2={HEIGHT - BOTTOM} className={classes.axis} />
        <text x={(LEFT + width - RIGHT) / 2} y={HEIGHT - 4} textAnchor="middle" className={classes.axisTitle}>
          {pathLabel(path)}
        </text>
        {done.map((one) => {
          const [right, top] = [across.place(one.trial[path]), up.place(one.value)];
          if (right === null || top === null) return null;
          return (
            <circle
              key={one.run}
              cx={x(right)}
              cy={y(top)}
              r={one.run === active || one.run === best ? 7 : 5}
              className={classes.dot}
              style={{ fill: shade(lowerIsBetter(metric) ? 1 - top : top) }}
              data-best={one.run === best || undefined}
              data-faded={(active !== null && one.run !== active) || undefined}
              onMouseEnter={() => onActive(one.run)}
              onMouseLeave={() => onActive(null)}
            >
              <title>{titleOf(one, paths, metric)}</title>
            </circle>
          );
        })}
      </svg>
    </div>
  );
}
