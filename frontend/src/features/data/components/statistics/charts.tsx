import { Anchor, Text, VisuallyHidden } from "@mantine/core";
import { useEffect, useRef } from "react";
import { Link } from "react-router";
import { ClassSwatch } from "@/components/ClassSwatch";
import { compact, integer } from "@/components/format";
import type { Bin } from "../../api/statistics";
import classes from "./Statistics.module.css";

export interface Bar {
  key: string;
  label: string;
  value: number;
  /** What is written behind it, where that is not the value alone. */
  text?: string;
  color?: string;
  /** Where its images are. */
  to?: string;
}

/** Named amounts, longest bar first as they are given. */
export function Bars({ bars, empty }: { bars: readonly Bar[]; empty: string }) {
  const most = Math.max(1, ...bars.map(({ value }) => value));
  if (bars.length === 0) return <Nothing>{empty}</Nothing>;
  return (
    <div className={classes.bars}>
      {bars.map(({ key, label, value, text, color, to }) => (
        <div key={key} style={{ display: "contents" }}>
          <span className={classes.label} title={label}>
            {color !== undefined && <ClassSwatch color={color} />}
            {to === undefined ? (
              label
            ) : (
              <Anchor component={Link} to={to} size="xs" c="inherit" truncate>
                {label}
              </Anchor>
            )}
          </span>
          <span className={classes.track} aria-hidden="true">
            <span className={classes.bar} style={{ display: "block", width: `${(value / most) * 100}%`, background: color }} />
          </span>
          <span className={classes.value}>{text ?? integer(value)}</span>
        </div>
      ))}
    </div>
  );
}

/** How many lie in each range. */
export function Histogram({ bins, unit, empty }: { bins: readonly Bin[] | null; unit: (value: number) => string; empty: string }) {
  const shown = trimmed(bins ?? []);
  const most = Math.max(1, ...shown.map(({ count }) => count));
  const [first, last] = [shown[0], shown.at(-1)];
  if (!first || !last) return <Nothing>{empty}</Nothing>;
  return (
    <figure style={{ margin: 0 }}>
      <div className={classes.histogram}>
        {shown.map((bin) => (
          <div
            key={bin.from}
            className={classes.column}
            style={{ height: `${(bin.count / most) * 100}%` }}
            title={`${unit(bin.from)} – ${bin.to === null ? "…" : unit(bin.to)}: ${integer(bin.count)}`}
          />
        ))}
      </div>
      <figcaption className={classes.ends}>
        <span>{unit(first.from)}</span>
        <span>{last.to === null ? `over ${unit(last.from)}` : unit(last.to)}</span>
      </figcaption>
      <VisuallyHidden component="table">
        <tbody>
          {shown.map(({ from, count }) => (
            <tr key={from}>
              <th>from {unit(from)}</th>
              <td>{count}</td>
            </tr>
          ))}
        </tbody>
      </VisuallyHidden>
    </figure>
  );
}

/** Without the empty ranges at both ends. */
function trimmed(bins: readonly Bin[]): readonly Bin[] {
  const first = bins.findIndex(({ count }) => count > 0);
  if (first < 0) return [];
  return bins.slice(first, bins.findLastIndex(({ count }) => count > 0) + 1);
}

/** Where in the pictures objects lie: the more, the darker. */
export function Heatmap({ counts, label }: { counts: readonly (readonly number[])[]; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    const size = counts.length;
    const most = Math.max(1, ...counts.flat());
    const pixels = context.createImageData(size, size);
    counts.flat().forEach((count, index) => pixels.data.set([0, 109, 91, Math.round(255 * Math.sqrt(count / most))], index * 4));
    context.putImageData(pixels, 0, 0);
  }, [counts]);
  return <canvas ref={canvas} width={counts.length} height={counts.length} className={classes.heat} role="img" aria-label={label} />;
}

export function Nothing({ children }: { children: string }) {
  return (
    <Text size="sm" c="dimmed">
      {children}
    </Text>
  );
}

export const side = (area: number) => `${compact(Math.round(Math.sqrt(area)))}²`;
