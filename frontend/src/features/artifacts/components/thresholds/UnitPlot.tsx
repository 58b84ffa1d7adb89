import { type PointerEvent, useRef } from "react";
import { useMeasure } from "@/components/useMeasure";
import type { Place } from "../../model/thresholds";
import classes from "./Thresholds.module.css";

export interface Trace {
  key: string;
  name: string;
  color: string;
  places: readonly Place[];
  dash?: string | undefined;
  pale?: boolean;
}

interface Props {
  label: string;
  across: string;
  up: string;
  traces: readonly Trace[];
  marks: readonly { at: Place; color: string }[];
  /** Where a vertical line stands. */
  line?: number | null;
  /** Called with the place on the x axis that the pointer is dragged to. */
  onPick?: ((x: number) => void) | undefined;
}

const HEIGHT = 270;
const LEFT = 42;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 36;
const TICKS = [0, 0.25, 0.5, 0.75, 1];

/** Lines where both axes go from 0 to 1. */
export function UnitPlot({ label, across, up, traces, marks, line = null, onPick }: Props) {
  const [measure, measured] = useMeasure();
  const dragging = useRef(false);
  const width = Math.max(240, measured);
  const x = (share: number) => LEFT + share * (width - LEFT - RIGHT);
  const y = (share: number) => TOP + (1 - share) * (HEIGHT - TOP - BOTTOM);
  const pick = (event: PointerEvent<SVGSVGElement>) => {
    const left = event.clientX - event.currentTarget.getBoundingClientRect().left;
    onPick?.(Math.min(1, Math.max(0, (left - LEFT) / (width - LEFT - RIGHT))));
  };
  return (
    <div ref={measure} className={classes.plot}>
      <svg
        width={width}
        height={HEIGHT}
        role="img"
        aria-label={label}
        data-pickable={onPick !== undefined || undefined}
        onPointerDown={(event) => {
          if (!onPick) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          dragging.current = true;
          pick(event);
        }}
        onPointerMove={(event) => dragging.current && pick(event)}
        onPointerUp={() => {
          dragging.current = false;
        }}
        onPointerCancel={() => {
          dragging.current = false;
        }}
      >
        {TICKS.map((tick) => (
          <g key={tick}>
            <line x1={LEFT} x2={width - RIGHT} y1={y(tick)} y2={y(tick)} className={classes.grid} />
            <line x1={x(tick)} x2={x(tick)} y1={TOP} y2={HEIGHT - BOTTOM} className={classes.grid} />
            <text x={LEFT - 7} y={y(tick) + 4} textAnchor="end" className={classes.tick}>
              {tick * 100}
            </text>
            <text x={x(tick)} y={HEIGHT - BOTTOM + 15} textAnchor="middle" className={classes.tick}>
              {tick * 100}
            </text>
          </g>
        ))}
        {traces.map(({ key, name, color, places, dash, pale }) => (
          <path key={key} d={pathOf(places, x, y)} fill="none" stroke={color} strokeWidth={pale ? 1.3 : 2.4} strokeDasharray={dash} opacity={pale ? 0.4 : 1} strokeLinejoin="round">
            <title>{name}</title>
          </path>
        ))}
        {line !== null && <line x1={x(line)} x2={x(line)} y1={TOP} y2={HEIGHT - BOTTOM} className={classes.line} />}
        {marks.map(({ at, color }) => (
          <circle key={`${color} ${at.join()}`} cx={x(at[0])} cy={y(at[1])} r={5} fill={color} className={classes.mark} />
        ))}
        <text x={x(0.5)} y={HEIGHT - 3} textAnchor="middle" className={classes.axisTitle}>
          {across}
        </text>
        <text transform={`translate(11 ${y(0.5)}) rotate(-90)`} textAnchor="middle" className={classes.axisTitle}>
          {up}
        </text>
      </svg>
    </div>
  );
}

function pathOf(places: readonly Place[], x: (share: number) => number, y: (share: number) => number): string {
  return places.map(([across, up], index) => `${index === 0 ? "M" : "L"}${x(across).toFixed(1)} ${y(up).toFixed(1)}`).join("");
}
