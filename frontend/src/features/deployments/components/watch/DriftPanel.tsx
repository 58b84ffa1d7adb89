import { SegmentedControl, Skeleton, Text } from "@mantine/core";
import { useState } from "react";
import type { Deployment, Drift } from "@/api/types";
import { ClassSwatch } from "@/components/ClassSwatch";
import { count, percent } from "@/components/format";
import { Panel } from "@/components/Panel";
import { QueryView } from "@/components/QueryView";
import { useDrift } from "../../api/traffic";
import { changeText, confidenceBars, psiText, verdictOf } from "../../model/drift";
import classes from "./Watch.module.css";

const SPANS = [
  { value: "24", label: "24 h" },
  { value: "168", label: "7 d" },
  { value: "720", label: "30 d" },
];

/** Whether what is asked now is still like what the model learned from. */
export function DriftPanel({ deployment }: { deployment: Deployment }) {
  const [hours, setHours] = useState("24");
  const drift = useDrift(deployment.id, Number(hours));
  return (
    <Panel title="Drift" actions={<SegmentedControl size="xs" aria-label="Time compared" data={SPANS} value={hours} onChange={setHours} />}>
      <QueryView query={drift} skeleton={<Skeleton height={230} />}>
        {(data) => <View drift={data} />}
      </QueryView>
    </Panel>
  );
}

function View({ drift }: { drift: Drift }) {
  const verdict = verdictOf(drift);
  return (
    <>
      <div className={classes.verdict} role="status" style={{ borderColor: `var(--mantine-color-${verdict.tone}-filled)`, background: `var(--mantine-color-${verdict.tone}-light)` }}>
        <strong>{verdict.title}</strong>
        {verdict.text}
      </div>
      <div className={classes.drift}>
        <Shares drift={drift} />
        <Confidence drift={drift} />
      </div>
      <div className={classes.legend}>
        <span>
          <i className={classes.reference} />
          then{drift.reference.images > 0 && `: ${count(drift.reference.images, "validation image")}, and the confidence of the version's first answers`}
        </span>
        <span>
          <i className={classes.now} />
          now: {count(drift.seen, "image")}
        </span>
      </div>
    </>
  );
}

function Shares({ drift: { classes: shares, psi } }: { drift: Drift }) {
  const most = Math.max(0.001, ...shares.flatMap(({ reference, now }) => [reference, now]));
  return (
    <div>
      <h3>
        Share of the pixels by class <small>PSI {psiText(psi.classes)}</small>
      </h3>
      <table className={classes.shares} aria-label="Share of the pixels by class">
        <thead>
          <tr>
            <th scope="col">Class</th>
            <th scope="col" aria-label="Bars" />
            <th scope="col">Then</th>
            <th scope="col">Now</th>
            <th scope="col">Points</th>
          </tr>
        </thead>
        <tbody>
          {shares.map(({ name, color, reference, now, change }) => (
            <tr key={name}>
              <th scope="row">
                <span className={classes.swatch}>
                  <ClassSwatch color={color ?? "transparent"} />
                  {name}
                </span>
              </th>
              <td width="40%">
                <span className={classes.bars} aria-hidden="true">
                  <span className={classes.reference} style={{ width: `${(reference / most) * 100}%` }} />
                  <span className={classes.now} style={{ width: `${(now / most) * 100}%` }} />
                </span>
              </td>
              <td>{percent(reference)}</td>
              <td>{percent(now)}</td>
              <td>{changeText(change)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Confidence({ drift }: { drift: Drift }) {
  const bars = confidenceBars(drift);
  const most = Math.max(0.001, ...bars.flatMap(({ reference, now }) => [reference, now]));
  return (
    <div>
      <h3>
        Confidence of its predictions <small>PSI {psiText(drift.psi.confidence)}</small>
      </h3>
      {drift.confidence.reference.length === 0 && (
        <Text size="xs" c="dimmed" mb={6}>
          The version's first 200 answers become what later ones are compared with.
        </Text>
      )}
      <ul className={classes.histogram} aria-label="Confidence of its predictions">
        {bars.map(({ low, high, reference, now }) => {
          const text = `${Math.round(low * 100)} to ${Math.round(high * 100)} %: then ${percent(reference)}, now ${percent(now)} of the predictions`;
          return (
            <li key={low} title={text} aria-label={text}>
              <span className={classes.reference} style={{ height: `${(reference / most) * 100}%` }} />
              <span className={classes.now} style={{ height: `${(now / most) * 100}%` }} />
            </li>
          );
        })}
      </ul>
      <div className={classes.ticks} aria-hidden="true">
        <span>0 %</span>
        <span>unsure ← confidence → sure</span>
        <span>100 %</span>
      </div>
    </div>
  );
}
