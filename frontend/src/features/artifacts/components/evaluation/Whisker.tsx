import classes from "./Evaluation.module.css";

interface Props {
  value: number;
  low: number;
  high: number;
  color?: string;
}

const at = (share: number) => `${Math.min(1, Math.max(0, share)) * 100}%`;

/** A share between 0 and 1 as a dot, with its interval as a line through it. What it shows is said in words beside it. */
export function Whisker({ value, low, high, color }: Props) {
  return (
    <div className={classes.whisker} aria-hidden="true" style={{ "--mark": color } as React.CSSProperties}>
      <span className={classes.range} style={{ left: at(low), width: `calc(${at(high)} - ${at(low)})` }} />
      <span className={classes.dot} style={{ left: at(value) }} />
    </div>
  );
}
