import { Tooltip } from "@mantine/core";
import type { Evaluation } from "../../api/evaluation";
import { headline, type Number as Figure } from "../../model/headline";
import { Definition } from "./Definition";
import classes from "./Evaluation.module.css";
import { Whisker } from "./Whisker";

/** The numbers of the whole, each with how far it may be off. */
export function Headline({ evaluation }: { evaluation: Evaluation }) {
  const { intervals } = evaluation;
  const level = intervals === null ? "" : `${Math.round(intervals.level * 100)} % interval, by ${intervals.resamples.toLocaleString("en-US")} resamples of the images`;
  return (
    <>
      <dl className={classes.headline}>
        {headline(evaluation).map((figure) => (
          <Item key={figure.name} figure={figure} level={level} />
        ))}
      </dl>
      <p className={classes.note}>
        Of {evaluation.images.toLocaleString("en-US")} {evaluation.images === 1 ? "image" : "images"}.{" "}
        {intervals === null ? "Intervals need two images at least." : `Whiskers and ± are the ${level}.`} <Definition name="interval" />
      </p>
    </>
  );
}

function Item({ figure: { name, title, text, interval, low, high, spread }, level }: { figure: Figure; level: string }) {
  return (
    <div className={classes.figure}>
      <dt>
        <span>{title}</span>
        <Definition name={name} />
      </dt>
      <dd className={classes.value}>
        {text}
        {spread !== "" && (
          <Tooltip label={`${low} to ${high}: ${level}`}>
            <span className={classes.spread} tabIndex={0}>
              {spread}
            </span>
          </Tooltip>
        )}
      </dd>
      {interval && <Whisker {...interval} />}
    </div>
  );
}
