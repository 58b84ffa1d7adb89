import { useComputedColorScheme } from "@mantine/core";
import { Fragment, useEffect, useRef } from "react";
import { Link } from "react-router";
import { ClassSwatch } from "@/components/ClassSwatch";
import { integer } from "@/components/format";
import classes from "./Statistics.module.css";

export interface Bar {
  key: string;
  name: string;
  /** In front of the name. */
  swatch?: string;
  /** Drawn one behind the other. */
  parts: { value: number; color: string; title: string }[];
  /** What the number says; their sum unless given. */
  value?: string;
  to?: string;
}

/** Lying bars on one scale; names and numbers lead to the images behind them. */
export function Bars({ label, bars }: { label: string; bars: readonly Bar[] }) {
  const sum = ({ parts }: Bar) => parts.reduce((all, { value }) => all + value, 0);
  const most = Math.max(1, ...bars.map(sum));
  return (
    <div className={classes.bars} role="group" aria-label={label}>
      {bars.map((bar) => {
        const text = bar.value ?? integer(sum(bar));
        return (
          <Fragment key={bar.key}>
            <span className={classes.name} title={bar.name}>
              {bar.swatch !== undefined && <ClassSwatch color={bar.swatch} />}
              {bar.name}
            </span>
            <span className={classes.track}>
              {bar.parts.map(({ value, color, title }) => (
                <i key={title} title={title} style={{ width: `${(value / most) * 100}%`, background: color }} />
              ))}
            </span>
            <span className={classes.value}>
              {bar.to === undefined ? (
                text
              ) : (
                <Link to={bar.to} className="tess-link" aria-label={`${bar.name}: ${text}, show the images`}>
                  {text}
                </Link>
              )}
            </span>
          </Fragment>
        );
      })}
    </div>
  );
}

export interface Bin {
  from: number;
  to: number | null;
  count: number;
}

/** Standing bars side by side; what a bar counts is said when it is pointed at. */
export function Histogram({ label, bins, text, unit }: { label: string; bins: readonly Bin[]; text: (value: number) => string; unit: string }) {
  const most = Math.max(1, ...bins.map(({ count }) => count));
  const said = ({ from, to, count }: Bin) => `${text(from)} – ${to === null ? "…" : text(to)}: ${integer(count)} ${unit}`;
  const last = bins.at(-1);
  return (
    <figure style={{ margin: 0 }} role="group" aria-label={label}>
      <div className={classes.columns}>
        {bins.map((bin) => (
          <span key={bin.from} className={classes.column} title={said(bin)} role="img" aria-label={said(bin)}>
            <i style={{ height: `${(bin.count / most) * 100}%` }} />
          </span>
        ))}
      </div>
      <div className={classes.ticks} aria-hidden="true">
        <span>{bins[0] && text(bins[0].from)}</span>
        <span>{last && (last.to === null ? `${text(last.from)} +` : text(last.to))}</span>
      </div>
    </figure>
  );
}

/** Where shapes lie in the picture: rows of cells from the top, the fullest one in full colour. */
export function Heatmap({ counts, label }: { counts: readonly (readonly number[])[]; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = useComputedColorScheme("light");
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    const most = Math.max(1, ...counts.flat());
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    counts.forEach((row, y) =>
      row.forEach((count, x) => {
        if (count === 0) return;
        context.fillStyle = `rgba(${scheme === "light" ? "0, 107, 90" : "81, 200, 178"}, ${0.12 + 0.88 * Math.sqrt(count / most)})`;
        context.fillRect(x, y, 1, 1);
      }),
    );
  }, [counts, scheme]);
  return <canvas ref={canvas} width={counts[0]?.length ?? 1} height={Math.max(1, counts.length)} className={classes.heat} role="img" aria-label={label} />;
}
