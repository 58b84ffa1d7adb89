import { percent } from "@/components/format";
import type { Interval } from "../model/registry";
import classes from "./Registry.module.css";

interface Props {
  value: number | null;
  interval: Interval | null;
  domain: Interval | null;
  strong?: boolean;
}

/** A value with its interval drawn below it, on one scale with the others of its column. */
export function Whisker({ value, interval, domain, strong = false }: Props) {
  if (value === null) return <span className={classes.none}>–</span>;
  const text = percent(value);
  const range = interval === null ? "" : `95 % interval ${percent(interval[0])} to ${percent(interval[1])}`;
  const place = (share: number) => (domain === null ? 0 : ((share - domain[0]) / (domain[1] - domain[0])) * 100);
  return (
    <span className={classes.whisker} title={range === "" ? undefined : range} aria-label={range === "" ? text : `${text}, ${range}`}>
      {strong ? <b>{text}</b> : text}
      {domain !== null && (
        <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
          <path d="M0 4H100" className={classes.track} />
          {interval !== null && <path d={`M${place(interval[0])} 4H${place(interval[1])}`} className={classes.range} />}
          <path d={`M${place(value)} 0V8`} className={classes.mark} />
        </svg>
      )}
    </span>
  );
}
