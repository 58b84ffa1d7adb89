import type { KeyboardEvent } from "react";
import type { TradeoffPoint } from "@/api/types";
import { useMeasure } from "@/components/useMeasure";
import { exportTitle, formatTitle } from "../../model/exports";
import { type AxisKind, frontOf, outline, pointText, radiusOf, scaleOf, shapeOf, tickTexts, valueOf } from "../../model/tradeoffs";
import { colorOf, Dot } from "./Dot";
import classes from "./Tradeoffs.module.css";

interface Props {
  points: readonly TradeoffPoint[];
  across: AxisKind;
  up: AxisKind;
  /** What the dots' area stands for; null where all are alike. */
  area: AxisKind | null;
  axes: readonly AxisKind[];
  active: string | null;
  onActive: (id: string | null) => void;
  onChoose: (point: TradeoffPoint) => void;
}

const HEIGHT = 340;
const LEFT = 60;
const RIGHT = 18;
const TOP = 30;
const BOTTOM = 46;
const RADII = [4.5, 17] as const;
const CARD = 232;
const CARD_HEIGHT = 160;

/** Exports as dots; those that no other one beats in both of these axes are joined by a line. */
export function TradeoffChart({ points, across, up, area, axes, active, onActive, onChoose }: Props) {
  const [measure, measured] = useMeasure();
  const width = Math.max(260, measured - 16);
  const known = points.filter((point) => valueOf(point, across.key) !== null && valueOf(point, up.key) !== null);
  const values = ({ key }: AxisKind) => known.flatMap((point) => valueOf(point, key) ?? []);
  const [right, top] = [scaleOf(values(across), width < 480 ? 5 : 7), scaleOf(values(up), 5)];
  const [acrossTexts, upTexts] = [tickTexts(across, right.ticks), tickTexts(up, top.ticks)];
  const x = (value: number) => LEFT + right.place(value) * (width - LEFT - RIGHT);
  const y = (value: number) => TOP + (1 - top.place(value)) * (HEIGHT - TOP - BOTTOM);
  const at = (point: TradeoffPoint) => ({ left: x(valueOf(point, across.key) ?? 0), top: y(valueOf(point, up.key) ?? 0) });
  const largest = area ? Math.max(...values(area), 0) : 0;
  const radius = (point: TradeoffPoint) => (area ? radiusOf(valueOf(point, area.key), largest, RADII) : 7);
  const front = frontOf(known, across, up);
  const line = front.map((point) => `${at(point).left} ${at(point).top}`).join("L");
  // Large dots below small ones; keys walk through them from left to right.
  const drawn = [...known].sort((a, b) => radius(b) - radius(a));
  const ordered = [...known].sort((a, b) => at(a).left - at(b).left);
  const current = known.find((point) => point.export === active);
  const onKey = (event: KeyboardEvent<SVGGElement>, point: TradeoffPoint) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (event.key === "Enter" || event.key === " ") onChoose(point);
    else if (event.key === "Escape") onActive(null);
    else if (step === 0) return;
    else {
      const next = ordered[ordered.indexOf(point) + step];
      if (next) event.currentTarget.parentElement?.querySelector<SVGGElement>(`[data-point="${next.export}"]`)?.focus();
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div ref={measure} className={classes.chart}>
      <svg width={width} height={HEIGHT} role="group" aria-label={`${up.title} against ${across.title.toLowerCase()} of ${known.length} exports`}>
        {top.ticks.map((tick, index) => (
          <g key={tick}>
            <line x1={LEFT} x2={width - RIGHT} y1={y(tick)} y2={y(tick)} className={classes.grid} />
            <text x={LEFT - 8} y={y(tick) + 4} textAnchor="end" className={classes.tick}>
              {upTexts[index]}
            </text>
          </g>
        ))}
        {right.ticks.map((tick, index) => (
          <g key={tick}>
            <line x1={x(tick)} x2={x(tick)} y1={TOP} y2={HEIGHT - BOTTOM} className={classes.grid} />
            <text x={x(tick)} y={HEIGHT - BOTTOM + 17} textAnchor="middle" className={classes.tick}>
              {acrossTexts[index]}
            </text>
          </g>
        ))}
        <line x1={LEFT} x2={width - RIGHT} y1={HEIGHT - BOTTOM} y2={HEIGHT - BOTTOM} className={classes.axis} />
        <text x={LEFT} y={15} className={classes.axisTitle}>
          {up.rising ? "↑" : "↓"} {up.title}
        </text>
        <text x={width - RIGHT} y={HEIGHT - 8} textAnchor="end" className={classes.axisTitle}>
          {across.title} {across.rising ? "→" : "←"} better
        </text>
        {front.length > 1 && <path d={`M${line}`} className={classes.front} />}
        {drawn.map((point) => (
          <g
            key={point.export}
            role="button"
            tabIndex={0}
            data-point={point.export}
            data-pareto={point.pareto || undefined}
            data-active={point.export === active || undefined}
            data-faded={(active !== null && point.export !== active) || undefined}
            className={classes.point}
            style={{ "--dot": colorOf(point.format) } as React.CSSProperties}
            transform={`translate(${at(point).left} ${at(point).top})`}
            aria-label={pointText(point, exportTitle(point), axes)}
            onMouseEnter={() => onActive(point.export)}
            onMouseLeave={() => onActive(null)}
            onFocus={() => onActive(point.export)}
            onBlur={() => onActive(null)}
            onClick={() => onChoose(point)}
            onKeyDown={(event) => onKey(event, point)}
          >
            <circle r={Math.max(12, radius(point) * 1.4)} fill="transparent" />
            <circle r={radius(point) * 1.4 + 3} className={classes.ring} />
            <path d={outline(shapeOf(point.format), radius(point))} />
            {!point.agrees && (
              <text y={-radius(point) * 1.3 - 4} className={classes.warning}>
                !
              </text>
            )}
          </g>
        ))}
      </svg>
      {current && <Card point={current} axes={axes} at={at(current)} width={width} />}
      <Legend points={known} />
    </div>
  );
}

function Card({ point, axes, at, width }: { point: TradeoffPoint; axes: readonly AxisKind[]; at: { left: number; top: number }; width: number }) {
  const left = at.left + 26 + CARD <= width ? at.left + 26 : Math.max(4, at.left - CARD - 14);
  return (
    <div className={classes.card} style={{ left, top: Math.min(Math.max(4, at.top - 40), HEIGHT - CARD_HEIGHT) }} aria-hidden="true">
      <b>{exportTitle(point)}</b>
      <dl>
        {axes.map((axis) => {
          const value = valueOf(point, axis.key);
          return [<dt key={axis.key}>{axis.title}</dt>, <dd key={`${axis.key} value`}>{value === null ? "–" : axis.text(value)}</dd>];
        })}
      </dl>
      <p>
        {point.pareto ? "On the Pareto front: whatever is better in one thing is worse in another." : "Another one is as good in everything, and better in something."}
        {!point.agrees && " Disagrees with the model."}
      </p>
    </div>
  );
}

function Legend({ points }: { points: readonly TradeoffPoint[] }) {
  const formats = [...new Set(points.map(({ format }) => format))];
  return (
    <div className={classes.legend}>
      {formats.map((format) => (
        <span key={format}>
          <Dot format={format} />
          {formatTitle(format)}
        </span>
      ))}
      <span>
        <svg width={13} height={13} viewBox="0 0 13 13" aria-hidden="true">
          <circle cx={6.5} cy={6.5} r={5} fill="currentColor" />
        </svg>
        filled: Pareto front of quality, latency and size
      </span>
      <span>
        <svg width={24} height={13} viewBox="0 0 24 13" aria-hidden="true">
          <path d="M1 6.5H23" className={classes.front} />
        </svg>
        front of these two axes
      </span>
      {points.some(({ agrees }) => !agrees) && (
        <span>
          <b>!</b> disagrees with the model
        </span>
      )}
    </div>
  );
}
