import { Progress } from "@mantine/core";
import type { Run } from "@/api/types";
import { compact, duration, integer, percent } from "@/components/format";
import { Panel } from "@/components/Panel";
import { isRunning, STAGES, stageStates } from "../model/stages";
import classes from "./Run.module.css";

const MARKS = { done: "✓", current: "", ahead: "", failed: "!" };
const LABELS: Record<string, string> = { running: "training" };

/** Where the run is: its stages, its steps, its speed and the time left. */
export function RunProgress({ run }: { run: Run }) {
  const states = stageStates(run);
  const active = isRunning(run.status);
  return (
    <Panel>
      <ol className={classes.stages} aria-label="Stages">
        {STAGES.map((stage, index) => (
          <li key={stage} data-state={states[index]} aria-current={states[index] === "current" ? "step" : undefined}>
            <span className={classes.mark} aria-hidden="true">
              {states[index] === "current" ? <span className="tess-pulse" /> : MARKS[states[index] ?? "ahead"]}
            </span>
            {states[index] === "failed" ? `${LABELS[stage] ?? stage} (${run.status})` : (LABELS[stage] ?? stage)}
          </li>
        ))}
      </ol>
      <Progress
        value={run.progress * 100}
        size="md"
        animated={run.status === "running" || run.status === "evaluating"}
        color={run.status === "failed" ? "red" : undefined}
        aria-label="Run progress"
      />
      <div className={classes.figures}>
        <Figure name="step" value={run.total_steps === 0 ? "–" : `${integer(run.step)} / ${integer(run.total_steps)}`} />
        <Figure name="epoch" value={run.epoch.toFixed(2)} />
        <Figure name="images/s" value={run.images_per_second === null ? "–" : compact(run.images_per_second)} />
        {active && <Figure name="left" value={run.eta_seconds === null ? "–" : duration(run.eta_seconds)} />}
        <Figure name="on" value={run.device !== "" ? run.device : run.hardware.device} />
        {run.best && (
          <Figure
            name={`best ${bestName(run.best.metric)}, at step ${integer(run.best.step)}:`}
            value={run.best.metric.includes("loss") ? compact(run.best.value) : percent(run.best.value)}
          />
        )}
        {active && run.message !== "" && <span role="status">{run.message}</span>}
      </div>
    </Panel>
  );
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <span>{name}</span> <b>{value}</b>
    </div>
  );
}

function bestName(metric: string): string {
  return metric === "val/miou" ? "mean IoU" : metric.replace("val/", "");
}
