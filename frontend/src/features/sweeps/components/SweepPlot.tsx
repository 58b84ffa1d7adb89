import { SegmentedControl, Select, Text } from "@mantine/core";
import { useState } from "react";
import type { Sweep } from "@/api/types";
import { Panel } from "@/components/Panel";
import { metricTitle } from "@/features/runs/model/charts";
import { pathLabel } from "../model/form";
import { pathsOf, variedIn } from "../model/plot";
import { ParallelPlot } from "./ParallelPlot";
import { ScatterPlot } from "./ScatterPlot";
import classes from "./Sweep.module.css";

interface Props {
  sweep: Sweep;
  active: string | null;
  onActive: (run: string | null) => void;
}

/** Which values did well: all fields at once, or one of them closely. */
export function SweepPlot({ sweep, active, onActive }: Props) {
  const { trials, metric, parameters } = sweep;
  const known = pathsOf(trials);
  const paths = variedIn(trials, known.length > 0 ? known : parameters.map(({ path }) => path));
  const logarithmic = new Set(parameters.flatMap((one) => ("scale" in one && one.scale === "log" ? [one.path] : [])));
  const [chosen, setChosen] = useState<string | null>(null);
  const [kind, setKind] = useState<"parallel" | "scatter" | null>(null);
  const path = chosen !== null && paths.includes(chosen) ? chosen : (paths[0] ?? "");
  const shown = kind ?? (paths.length > 1 ? "parallel" : "scatter");
  const shared = { trials, paths, logarithmic, metric, metricLabel: metricTitle(metric), best: sweep.best?.run ?? null, active, onActive };
  return (
    <Panel
      title="What the values did"
      flush
      actions={
        <div className={classes.tools}>
          {shown === "scatter" && paths.length > 1 && (
            <Select
              size="xs"
              w={190}
              aria-label="Field"
              data={paths.map((value) => ({ value, label: pathLabel(value) }))}
              value={path}
              onChange={setChosen}
              allowDeselect={false}
            />
          )}
          <SegmentedControl
            size="xs"
            aria-label="Kind of plot"
            value={shown}
            onChange={(value) => setKind(value as typeof shown)}
            data={[
              { value: "parallel", label: "All fields" },
              { value: "scatter", label: "One field" },
            ]}
          />
        </div>
      }
    >
      {trials.every(({ value }) => value === null) ? (
        <Text size="sm" c="dimmed" p="xl" ta="center">
          The first evaluation of a trial starts the picture.
        </Text>
      ) : shown === "parallel" ? (
        <ParallelPlot {...shared} />
      ) : (
        <ScatterPlot {...shared} path={path} />
      )}
    </Panel>
  );
}
