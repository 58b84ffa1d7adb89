import { Text } from "@mantine/core";
import { percent } from "@/components/format";
import { Panel } from "@/components/Panel";
import { useMeasure } from "@/components/useMeasure";
import type { Evaluation } from "../../api/evaluation";
import { overall, type Bin } from "../../model/reliability";
import { Definition } from "./Definition";
import classes from "./Evaluation.module.css";

const HEIGHT = 250;
const LEFT = 42;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 34;
const TICKS = [0, 0.25, 0.5, 0.75, 1];

/** How often the model is right where it says how sure it is: on the diagonal if it can be believed. */
export function Reliability({ calibration }: { calibration: Evaluation["calibration"] }) {
  const whole = overall(calibration.bins);
  return (
    <Panel
      title={
        <span className={classes.titled}>
          Calibration <Definition name="ece" />
        </span>
      }
    >
      {whole === null ? (
        <Text size="sm" c="dimmed">
          Nothing was predicted here that a confidence could be read from.
        </Text>
      ) : (
        <>
          <Text size="sm" mb={6}>
            {whole.words} Expected calibration error: <b>{percent(calibration.ece)}</b>.
          </Text>
          <Plot bins={calibration.bins} />
        </>
      )}
    </Panel>
  );
}

function Plot({ bins }: { bins: readonly Bin[] }) {
  const [measure, measured] = useMeasure();
  const width = Math.max(240, measured);
  const x = (share: number) => LEFT + share * (width - LEFT - RIGHT);
  const y = (share: number) => TOP + (1 - share) * (HEIGHT - TOP - BOTTOM);
  const most = Math.max(1, ...bins.map(({ pixels }) => pixels));
  return (
    <div ref={measure} className={classes.plot}>
      <svg width={width} height={HEIGHT} role="img" aria-label={`Reliability plot: ${said(bins)}`}>
        {TICKS.map((tick) => (
          <g key={tick}>
            <line x1={LEFT} x2={width - RIGHT} y1={y(tick)} y2={y(tick)} className={classes.grid} />
            <text x={LEFT - 7} y={y(tick) + 4} textAnchor="end" className={classes.tick}>
              {tick * 100}
            </text>
            <text x={x(tick)} y={HEIGHT - BOTTOM + 15} textAnchor="middle" className={classes.tick}>
              {tick * 100}
            </text>
          </g>
        ))}
        {bins.map((bin) => {
          if (bin.accuracy === null || bin.confidence === null) return null;
          const [left, right] = [x(bin.low) + 1, x(bin.high) - 1];
          return (
            <g key={bin.low}>
              <title>{sentence(bin)}</title>
              <rect x={left} width={right - left} y={TOP} height={HEIGHT - TOP - BOTTOM} fill="transparent" />
              <rect x={left} width={right - left} y={y(bin.accuracy)} height={y(0) - y(bin.accuracy)} className={classes.bin} opacity={0.25 + 0.75 * Math.sqrt(bin.pixels / most)} />
              <line x1={x(bin.confidence)} x2={x(bin.confidence)} y1={y(bin.accuracy)} y2={y(bin.confidence)} className={bin.accuracy < bin.confidence ? classes.over : classes.under} />
              <circle cx={x(bin.confidence)} cy={y(bin.accuracy)} r={3} className={classes.point} />
            </g>
          );
        })}
        <line x1={x(0)} y1={y(0)} x2={x(1)} y2={y(1)} className={classes.diagonal} />
        <text x={x(0.5)} y={HEIGHT - 3} textAnchor="middle" className={classes.axisTitle}>
          says, % sure
        </text>
        <text transform={`translate(11 ${y(0.5)}) rotate(-90)`} textAnchor="middle" className={classes.axisTitle}>
          is right, %
        </text>
      </svg>
      <div className={classes.legend}>
        <span>
          <i className={classes.overKey} /> too sure
        </span>
        <span>
          <i className={classes.underKey} /> too unsure
        </span>
        <span>darker bars: more pixels</span>
      </div>
    </div>
  );
}

function sentence({ low, high, pixels, confidence, accuracy }: Bin): string {
  return `${percent(low, 0)} to ${percent(high, 0)} sure: says ${percent(confidence)}, is right in ${percent(accuracy)} of ${pixels.toLocaleString("en-US")}`;
}

function said(bins: readonly Bin[]): string {
  return bins.filter(({ pixels }) => pixels > 0).map(sentence).join("; ");
}
