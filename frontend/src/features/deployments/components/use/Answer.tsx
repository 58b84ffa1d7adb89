import { Text } from "@mantine/core";
import { ClassSwatch } from "@/components/ClassSwatch";
import { CodeBlock } from "@/components/Code";
import { compact, integer, percent } from "@/components/format";
import type { Trial } from "../../api/predict";
import { readable, shortened } from "../../model/endpoint";
import classes from "./Use.module.css";

export const FALLBACK = "#0c8f7d";

interface Props {
  trial: Trial;
  colors: ReadonlyMap<number, string>;
  active: string | null;
  onActive: (id: string | null) => void;
}

/** What the model found, how long it took, and the answer itself. */
export function Answer({ trial, colors, active, onActive }: Props) {
  const { answer, milliseconds } = trial;
  return (
    <>
      {answer.predictions.length === 0 && (
        <Text size="sm" c="dimmed">
          The model found nothing in this image.
        </Text>
      )}
      <ul className={classes.found} aria-label="Predictions">
        {answer.predictions.map(({ id, class: label, score, area }) => (
          <li
            key={id}
            data-active={String(id) === active || undefined}
            onMouseEnter={() => onActive(String(id))}
            onMouseLeave={() => onActive(null)}
          >
            <ClassSwatch color={colors.get(label.index) ?? FALLBACK} />
            <span>{label.name}</span>
            <small>{integer(area)} px</small>
            <b>{percent(score)}</b>
          </li>
        ))}
      </ul>
      <div className={classes.timings} aria-label="Timings">
        <span>
          version <b>v{answer.deployment.version}</b>
        </span>
        {Object.entries(answer.timing_ms).map(([name, value]) => (
          <span key={name}>
            {name} <b>{compact(Math.round(value * 10) / 10)} ms</b>
          </span>
        ))}
        <span>
          round trip <b>{Math.round(milliseconds)} ms</b>
        </span>
      </div>
      <CodeBlock code={readable(shortened(answer))} label="JSON answer" maxHeight={220} />
    </>
  );
}
