import { SegmentedControl, useComputedColorScheme } from "@mantine/core";
import { useState } from "react";
import type { Evaluation } from "@/api/types";
import { integer } from "@/components/format";
import { Panel } from "@/components/Panel";
import { cellLook, cellText, normalise, type Normalisation, tints } from "../model/confusion";
import classes from "./Artifact.module.css";

const MODES: { value: Normalisation; label: string }[] = [
  { value: "row", label: "By truth" },
  { value: "column", label: "By prediction" },
  { value: "counts", label: "Counts" },
];

export function ConfusionMatrix({ matrix }: { matrix: Evaluation["confusion_matrix"] }) {
  const [by, setBy] = useState<Normalisation>("row");
  const isDark = useComputedColorScheme("light") === "dark";
  const { labels, counts } = matrix;
  const cells = normalise(counts, by);
  const strength = tints(cells, by);
  return (
    <Panel
      title="Confusion matrix"
      flush
      actions={
        <SegmentedControl
          size="xs"
          aria-label="Normalisation"
          data={MODES}
          value={by}
          onChange={(value) => setBy(value as Normalisation)}
        />
      }
    >
      <div className={classes.matrixBox} tabIndex={0} role="region" aria-label="Confusion matrix">
        <table className={classes.matrix}>
          <thead>
            <tr>
              <th className={classes.axis}>
                predicted →
                <br />
                truth ↓
              </th>
              {labels.map((label) => (
                <th key={label} scope="col" title={label}>
                  <span>{label}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {cells.map((row, truth) => (
              <tr key={labels[truth]}>
                <th scope="row" title={labels[truth]}>
                  {labels[truth]}
                </th>
                {row.map((value, predicted) => {
                  const tint = strength[truth]?.[predicted] ?? 0;
                  return (
                    <td
                      key={predicted}
                      title={`${labels[truth] ?? ""} seen as ${labels[predicted] ?? ""}: ${integer(counts[truth]?.[predicted] ?? 0)} pixels`}
                      style={cellLook(tint, truth === predicted, isDark)}
                    >
                      {cellText(value, by)}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
