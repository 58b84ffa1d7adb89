import { Checkbox, NumberInput, Select } from "@mantine/core";
import { Fragment } from "react";
import type { Architecture } from "@/api/types";
import { title, type TrainingForm } from "../model/form";
import { ParameterInput } from "./ParameterInput";
import classes from "./Training.module.css";

interface Props {
  architecture: Architecture;
  form: TrainingForm;
  onChange: (change: Partial<TrainingForm>) => void;
  errors: Record<string, string>;
}

const METRICS = ["val/miou", "val/f1", "val/pixel_accuracy", "val/loss"];

export function Hyperparameters({ architecture, form, onChange, errors }: Props) {
  const groups = Map.groupBy(architecture.hyperparameters, ({ group }) => group ?? "General");
  const { early } = form;
  return (
    <>
      {[...groups].map(([group, list]) => (
        <Fragment key={group}>
          <h3 className={classes.group}>{title(group)}</h3>
          <div className={classes.grid}>
            {list.map((parameter) => (
              <ParameterInput
                key={parameter.name}
                parameter={parameter}
                value={form.hyperparameters[parameter.name]}
                onChange={(value) => onChange({ hyperparameters: { ...form.hyperparameters, [parameter.name]: value } })}
                error={errors[`hyperparameters.${parameter.name}`]}
              />
            ))}
          </div>
        </Fragment>
      ))}
      <h3 className={classes.group}>Evaluation</h3>
      <div className={classes.grid}>
        <NumberInput
          size="xs"
          label="Evaluate every"
          description="Steps between two validations. Empty: a tenth of the run."
          inputWrapperOrder={["label", "input", "error", "description"]}
          placeholder="automatic"
          allowDecimal={false}
          value={form.evaluateEvery}
          onChange={(value) => onChange({ evaluateEvery: value === "" ? "" : Number(value) })}
          error={errors["evaluation.every"]}
        />
        <Checkbox
          label="Stop early"
          description="End the run when a metric stops getting better."
          checked={early.on}
          onChange={(event) => onChange({ early: { ...early, on: event.currentTarget.checked } })}
        />
        {early.on && (
          <>
            <Select
              size="xs"
              label="Metric to watch"
              data={METRICS}
              value={early.metric}
              onChange={(metric) => metric !== null && onChange({ early: { ...early, metric } })}
              allowDeselect={false}
              error={errors["early_stopping.metric"]}
            />
            <NumberInput
              size="xs"
              label="Patience"
              description="Validations without a gain before it stops."
              inputWrapperOrder={["label", "input", "error", "description"]}
              allowDecimal={false}
              value={early.patience}
              onChange={(value) => onChange({ early: { ...early, patience: value === "" ? "" : Number(value) } })}
              error={errors["early_stopping.patience"]}
            />
          </>
        )}
      </div>
    </>
  );
}
