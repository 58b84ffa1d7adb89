import { NumberInput, Radio, Select, Stack } from "@mantine/core";
import type { Priority, SweepMethod, Workflow } from "@/api/types";
import { useHardware } from "@/features/training/api/training";
import { metricTitle } from "@/features/runs/model/charts";
import { FACTOR, MOST_RUNS, type SweepForm } from "../model/form";
import { METHODS } from "../model/methods";
import { usualFirstSteps } from "../model/plan";
import classes from "./Sweep.module.css";

interface Props {
  form: SweepForm;
  onChange: (change: Partial<SweepForm>) => void;
  refused: Record<string, string>;
  workflow: Workflow;
  metrics: readonly string[];
}


export function MethodFields({ form, onChange, refused, workflow, metrics }: Props) {
  const hardware = useHardware();
  const number = (value: number | string) => (value === "" ? "" : Number(value));
  const steps = Number(workflow.spec.hyperparameters["steps"] ?? 0);
  const kinds = [...new Set((hardware.data?.devices ?? []).filter(({ available }) => available).map(({ id }) => id.split(":")[0] ?? id))];
  return (
    <Stack gap="md">
      <Radio.Group aria-label="Method" value={form.method} onChange={(method) => onChange({ method: method as SweepMethod })}>
        <div className={classes.methods}>
          {(Object.keys(METHODS) as SweepMethod[]).map((method) => (
            <Radio.Card key={method} value={method} className={classes.method}>
              <Radio.Indicator size="xs" />
              <span>
                <b>{METHODS[method].title}</b>
                <small>{METHODS[method].help}</small>
              </span>
            </Radio.Card>
          ))}
        </div>
      </Radio.Group>
      <div className={classes.row}>
        {form.method !== "grid" && (
          <NumberInput
            size="xs"
            label="Runs"
            min={1}
            max={MOST_RUNS}
            value={form.maxRuns}
            onChange={(value) => onChange({ maxRuns: number(value) })}
            error={refused["max_runs"]}
          />
        )}
        <Select
          size="xs"
          label="Look for the best"
          data={metrics.map((value) => ({ value, label: metricTitle(value) }))}
          value={form.metric}
          onChange={(metric) => metric !== null && onChange({ metric })}
          allowDeselect={false}
          searchable
          error={refused["metric"]}
        />
        {form.method !== "grid" && (
          <NumberInput
            size="xs"
            label="Seed of the draw"
            min={0}
            value={form.seed}
            onChange={(value) => onChange({ seed: number(value) })}
            error={refused["seed"]}
          />
        )}
        <Select
          size="xs"
          label="Device"
          data={[{ value: "auto", label: "Automatic" }, ...kinds.map((kind) => ({ value: kind, label: kind }))]}
          value={form.device}
          onChange={(device) => device !== null && onChange({ device })}
          allowDeselect={false}
          error={refused["hardware.device"]}
        />
        <Select
          size="xs"
          label="Priority"
          data={[
            { value: "low", label: "Low" },
            { value: "normal", label: "Normal" },
            { value: "high", label: "High" },
          ]}
          value={form.priority}
          onChange={(priority) => priority !== null && onChange({ priority: priority as Priority })}
          allowDeselect={false}
          error={refused["priority"]}
        />
      </div>
      {form.method === "halving" && (
        <div className={classes.row}>
          <NumberInput
            size="xs"
            label="One in … goes on"
            min={2}
            max={10}
            value={form.factor}
            onChange={(value) => onChange({ factor: number(value) })}
            error={refused["halving.factor"]}
          />
          <NumberInput
            size="xs"
            label="Steps of the first round"
            min={1}
            placeholder={steps > 0 ? String(usualFirstSteps(Number(form.maxRuns), steps, Number(form.factor) || FACTOR)) : "automatic"}
            value={form.firstSteps}
            onChange={(value) => onChange({ firstSteps: number(value) })}
            error={refused["halving.first_steps"]}
          />
        </div>
      )}
    </Stack>
  );
}
