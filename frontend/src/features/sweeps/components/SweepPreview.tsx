import { Button, Text } from "@mantine/core";
import type { Workflow } from "@/api/types";
import { count, integer } from "@/components/format";
import { Panel } from "@/components/Panel";
import { ProblemAlert } from "@/components/ProblemAlert";
import { type Candidate, FACTOR, MOST_RUNS, type SweepForm } from "../model/form";
import { rungCost, rungsOf, runCount, usualFirstSteps } from "../model/plan";
import classes from "./Sweep.module.css";

interface Props {
  form: SweepForm;
  workflow: Workflow;
  candidates: readonly Candidate[];
  pending: boolean;
  error: unknown;
}

/** What the sweep will do, before it does it. */
export function SweepPreview({ form, workflow, candidates, pending, error }: Props) {
  const isWhole = (path: string) => candidates.find((one) => one.path === path)?.parameter.type === "int";
  const runs = runCount(form, isWhole);
  const steps = Number(workflow.spec.hyperparameters["steps"] ?? 0);
  const hasEpochs = workflow.spec.hyperparameters["epochs"] != null;
  const factor = Number(form.factor) || FACTOR;
  const first = form.firstSteps === "" ? usualFirstSteps(runs, steps, factor) : form.firstSteps;
  const rungs = form.method === "halving" ? rungsOf(runs, steps, factor, first) : [];
  return (
    <Panel title="What will happen">
      {runs === 0 ? (
        <Text size="sm" c="dimmed">
          Choose a field to vary; this says how many runs that makes.
        </Text>
      ) : (
        <>
          <div className={classes.bestValue}>{count(runs, "run")}</div>
          <Text size="sm" c="dimmed" mt={4}>
            {form.method === "grid" && "Every combination, once. "}
            {form.method === "random" && "Values drawn at random. "}
            {form.method !== "halving" && !hasEpochs && steps > 0 && `${integer(steps)} steps each, ${integer(runs * steps)} in all.`}
          </Text>
          {runs > MOST_RUNS && (
            <Text size="sm" c="red" mt={4} role="alert">
              More than {MOST_RUNS} runs are too many for one sweep: take fewer values, or draw at random.
            </Text>
          )}
          {rungs.length > 0 && !hasEpochs && (
            <>
              <ol className={classes.rungs}>
                {rungs.map((rung, index) => (
                  <li key={rung.steps}>
                    <span>Round {index + 1}</span>
                    <b>{count(rung.trials, "run")}</b>
                    <span>to step {integer(rung.steps)}</span>
                  </li>
                ))}
              </ol>
              <Text size="sm" c="dimmed">
                {integer(rungCost(rungs))} steps in all, {Math.round((rungCost(rungs) / (runs * steps)) * 100)} % of training every run to its end.
              </Text>
            </>
          )}
        </>
      )}
      <div style={{ marginTop: 14 }}>
        <ProblemAlert error={error} doing="Starting the sweep" known={["parameters", "name", "max_runs", "metric", "workflow", "seed", "halving", "priority"]} />
      </div>
      <Button type="submit" fullWidth mt="sm" loading={pending} disabled={runs > MOST_RUNS}>
        Start sweep
      </Button>
      <Text size="xs" c="dimmed" mt={6}>
        Its runs wait in the queue like all others, one after another on each device.
      </Text>
    </Panel>
  );
}
