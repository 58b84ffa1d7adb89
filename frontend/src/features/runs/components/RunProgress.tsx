import { Progress } from "@mantine/core";
import type { Run } from "@/api/types";
import { compact, duration, integer, percent } from "@/components/format";
import { Panel } from "@/components/Panel";
import { useNow } from "@/components/useNow";
import { metricName } from "../model/charts";
import { isRunning, STAGES, stageStates } from "../model/stages";
import { durationOf } from "../model/table";
import classes from "./Run.module.css";

const MARKS = { done: "✓", current: "", ahead: "", failed: "!" };
const LABELS: Record<string, string> = { running: "training" };

/** Where the run is: its stages, its steps, its speed and the time left. */
export function RunProgress({ run }: { run: Run }) {
  const states = stageStates(run);
  const active = isRunning(run.status);
  const now = useNow(active ? 1000 : null);
  const seconds = durationOf(run, now);
  return (
    <Panel>
      {run.status !== "succeeded" && (
        <>
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
            mb={9}
            animated={run.status === "running" || run.status === "evaluating"}
            color={run.status === "failed" ? "red" : undefined}
            aria-label="Run progress"
          />
        </>
      )}
      <div className={classes.figures}>
        {run.queue_position !== null && <Figure name="place in the queue" value={integer(run.queue_position)} />}
        <Figure name="step" value={run.total_steps === 0 ? "–" : `${integer(run.step)} / ${integer(run.total_steps)}`} />
        <Figure name="epoch" value={run.epoch.toFixed(2)} />
        <Figure name="images/s" value={run.images_per_second === null ? "–" : compact(run.images_per_second)} />
        {seconds !== null && <Figure name={active ? "for" : "took"} value={duration(seconds)} />}
        {active && <Figure name="left" value={run.eta_seconds === null ? "–" : duration(run.eta_seconds)} />}
        <Figure name="on" value={run.device !== "" ? run.device : run.hardware.device} />
        {run.best && (
          <Figure
            name={`best ${metricName(run.best.metric)}, at step ${integer(run.best.step)}:`}
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
