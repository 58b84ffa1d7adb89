import { Tooltip } from "@mantine/core";
import { Link } from "react-router";
import type { Artifact } from "@/api/types";
import { count, percent } from "@/components/format";
import { IconAlert } from "@/components/icons";
import { readFilters } from "@/features/data/model/filters";
import { type Choice, viewerPath } from "../../model/choice";
import { chance, type Dimension, domainTicks, type Placed, points, type Slice } from "../../model/slices";
import classes from "./Slices.module.css";

interface Props {
  artifact: Artifact;
  choice: Choice;
  rows: readonly Placed[];
  domain: readonly [number, number];
  /** The value of all images, as a line. */
  reference: number | null;
  /** Rows say their dimension, too. */
  named?: boolean;
}

/** Slices below each other, each a dot with its interval; what is worse beyond chance stands out. */
export function DotRows({ artifact, choice, rows, domain, reference, named = false }: Props) {
  const [low, high] = domain;
  const at = (value: number) => `${((Math.min(high, Math.max(low, value)) - low) / (high - low)) * 100}%`;
  const ticks = domainTicks(domain);
  return (
    <ul className={classes.rows}>
      {rows.map(({ dimension, slice }) => (
        <li key={`${dimension.name} ${slice.value}`} data-worse={slice.significant || undefined}>
          <Row slice={slice} to={pathOf(artifact, choice, dimension, slice)} unit={dimension.unit} dimension={named ? dimension.title : null}>
            <span className={classes.track} aria-hidden="true">
              {ticks.map((tick) => (
                <i key={tick} className={classes.tick} style={{ left: at(tick) }} />
              ))}
              {reference !== null && <i className={classes.reference} style={{ left: at(reference) }} />}
              {slice.interval && <i className={classes.interval} style={{ left: at(slice.interval[0]), width: `calc(${at(slice.interval[1])} - ${at(slice.interval[0])})` }} />}
              {slice.metric !== null && <i className={classes.dot} style={{ left: at(slice.metric) }} />}
            </span>
          </Row>
        </li>
      ))}
      <li className={classes.axis} aria-hidden="true">
        <span className={classes.track}>
          {ticks.map((tick) => (
            <small key={tick} style={{ left: at(tick) }}>
              {Math.round(tick * 100)}
            </small>
          ))}
        </span>
      </li>
    </ul>
  );
}

/** The images of a slice, the worst first: its filters join those that are set. Null where nothing chooses them. */
function pathOf(artifact: Artifact, choice: Choice, { name }: Dimension, { value, filters }: Slice): string | null {
  const label = name === "class" ? artifact.classes.find(({ id }) => id === value)?.index : undefined;
  if (label !== undefined) return viewerPath(artifact, choice, { label, order: "iou" });
  if (filters === null) return null;
  const own = Object.fromEntries(Object.entries(readFilters(new URLSearchParams(filters))).filter(([key]) => key in filters));
  return viewerPath(artifact, { ...choice, filters: { ...choice.filters, ...own } }, { order: "miou" });
}

interface RowProps {
  slice: Slice;
  to: string | null;
  unit: "images" | "objects";
  dimension: string | null;
  children: React.ReactNode;
}

function Row({ slice, to, unit, dimension, children }: RowProps) {
  const { title, metric, interval, difference, p, significant } = slice;
  const name = dimension === null ? title : `${dimension}: ${title}`;
  const inside = (
    <>
      <span className={classes.title} title={name}>
        {significant && <IconAlert size={14} />}
        <span>{name}</span>
        <small>{count(slice.count, unit === "images" ? "image" : "object")}</small>
      </span>
      {children}
      <b>{percent(metric)}</b>
      <Difference difference={difference} p={p} significant={significant} />
    </>
  );
  const label = `${name}: ${percent(metric)}${interval === null ? "" : `, between ${percent(interval[0])} and ${percent(interval[1])}`}${significant ? ", worse beyond chance" : ""}`;
  if (to === null) {
    return (
      <div className={classes.row} aria-label={label} role="group">
        {inside}
      </div>
    );
  }
  return (
    <Link className={classes.row} to={to} aria-label={`${label}. Show the images`}>
      {inside}
    </Link>
  );
}

function Difference({ difference, p, significant }: Pick<Slice, "difference" | "p" | "significant">) {
  if (difference === null) return <span />;
  const words = `${points(difference)} points to the rest${p === null ? "" : `, ${chance(p)}`}${significant ? ": worse beyond chance" : ""}`;
  return (
    <Tooltip label={words}>
      <span className={classes.difference}>{points(difference)}</span>
    </Tooltip>
  );
}
