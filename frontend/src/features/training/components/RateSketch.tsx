import type { Values } from "../model/form";
import { rateCurve } from "../model/schedule";
import classes from "./Graph.module.css";

const WIDTH = 110;
const HEIGHT = 26;

/** How the learning rate goes over the run, small. */
export function RateSketch({ values }: { values: Values }) {
  const curve = rateCurve(values);
  if (curve === null) return null;
  const at = (share: number, index: number) => `${((index / (curve.length - 1)) * WIDTH).toFixed(1)} ${(HEIGHT - 2 - share * (HEIGHT - 4)).toFixed(1)}`;
  const line = curve.map(at).join("L");
  return (
    <svg className={classes.sketch} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label="The learning rate over the run">
      <path d={`M${line}L${WIDTH} ${HEIGHT}L0 ${HEIGHT}Z`} data-area="" />
      <path d={`M${line}`} />
    </svg>
  );
}
