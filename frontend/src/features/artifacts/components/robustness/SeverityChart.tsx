import { useMeasure } from "@/components/useMeasure";
import { type Corruption, spanOf } from "../../model/robustness";
import classes from "./Robustness.module.css";
import { styleOf } from "./styles";

const HEIGHT = 300;
const LEFT = 42;
const RIGHT = 14;
const TOP = 12;
const BOTTOM = 36;

interface Props {
  corruptions: readonly Corruption[];
  clean: number | null;
  metric: string;
  active: string | null;
  onActive: (name: string | null) => void;
}

/** The metric over the severity of each corruption; 0 are the images as they are. */
export function SeverityChart({ corruptions, clean, metric, active, onActive }: Props) {
  const [measure, measured] = useMeasure();
  const width = Math.max(260, measured);
  const most = Math.max(1, ...corruptions.map(({ values }) => values.length));
  const [low, high] = spanOf([clean, ...corruptions.flatMap(({ values }) => values)]);
  const x = (severity: number) => LEFT + (severity / most) * (width - LEFT - RIGHT);
  const y = (value: number) => TOP + (1 - (value - low) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => low + share * (high - low));
  return (
    <div ref={measure} className={classes.chart}>
      <svg width={width} height={HEIGHT} role="img" aria-label={`${metric} over the severity of ${corruptions.length} corruptions; the table has the same numbers`}>
        {ticks.map((tick) => (
          <g key={tick}>
            <line x1={LEFT} x2={width - RIGHT} y1={y(tick)} y2={y(tick)} className={classes.grid} />
            <text x={LEFT - 7} y={y(tick) + 4} textAnchor="end" className={classes.tick}>
              {Number((tick * 100).toFixed(1))}
            </text>
          </g>
        ))}
        {Array.from({ length: most + 1 }, (_, severity) => (
          <text key={severity} x={x(severity)} y={HEIGHT - BOTTOM + 16} textAnchor="middle" className={classes.tick}>
            {severity === 0 ? "clean" : severity}
          </text>
        ))}
        {clean !== null && <line x1={x(0)} x2={x(most)} y1={y(clean)} y2={y(clean)} className={classes.clean} />}
        {corruptions.map((one, index) => {
          const { color, dash } = styleOf(index);
          const places = [clean, ...one.values].flatMap((value, severity) => (value === null ? [] : [[x(severity), y(value)] as const]));
          const faded = active !== null && active !== one.name;
          return (
            <g key={one.name} opacity={faded ? 0.18 : 1} onMouseEnter={() => onActive(one.name)} onMouseLeave={() => onActive(null)}>
              <title>{one.title}</title>
              <path d={`M${places.map((place) => place.map((value) => value.toFixed(1)).join(" ")).join("L")}`} className={classes.hit} />
              <path d={`M${places.map((place) => place.map((value) => value.toFixed(1)).join(" ")).join("L")}`} fill="none" stroke={color} strokeDasharray={dash} strokeWidth={active === one.name ? 3 : 2} />
              {places.slice(clean === null ? 0 : 1).map(([left, up]) => (
                <circle key={left} cx={left} cy={up} r={3.2} fill={color} className={classes.dot} />
              ))}
            </g>
          );
        })}
        <text x={x(most / 2)} y={HEIGHT - 3} textAnchor="middle" className={classes.axisTitle}>
          severity
        </text>
        <text transform={`translate(11 ${y((low + high) / 2)}) rotate(-90)`} textAnchor="middle" className={classes.axisTitle}>
          {metric}, %
        </text>
      </svg>
    </div>
  );
}
