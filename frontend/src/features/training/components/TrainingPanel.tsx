import { NumberInput, Select, Switch } from "@mantine/core";
import { metricTitle, parameterTitle } from "../model/wording";
import { automaticInterval, learnsFromTeacher } from "../model/form";
import { changedIn, fieldGroups, type FieldGroup } from "../model/fields";
import { errorAt } from "../model/errors";
import { useBuilder } from "./builder";
import { Field } from "./Field";
import classes from "./Field.module.css";
import { FieldSection, Fold } from "./FieldSection";
import { LengthFields } from "./LengthFields";
import { ParameterInput } from "./ParameterInput";
import { RateSketch } from "./RateSketch";
import { Teacher } from "./Teacher";

const SEMANTIC = ["val/miou", "val/f1", "val/pixel_accuracy", "val/loss"];
const METRICS = {
  semantic: SEMANTIC,
  instance: ["val/map", "val/map50", ...SEMANTIC],
  panoptic: ["val/pq", "val/map", "val/map50", ...SEMANTIC],
};
const PATIENCE = 5;

/** Hyperparameters in their groups, then when the run is evaluated and stopped. */
export function TrainingPanel() {
  const { architecture, form } = useBuilder();
  return (
    <div className={classes.form}>
      {fieldGroups(architecture, form.spec.hyperparameters).map((group) => (
        <Group key={group.name} group={group} />
      ))}
      <Evaluation />
    </div>
  );
}

function Group({ group: { name, help, essential, advanced } }: { group: FieldGroup }) {
  const { form, defaults, errors, setValue } = useBuilder();
  const values = form.spec.hyperparameters;
  const input = (parameter: (typeof essential)[number]) => (
    <ParameterInput
      key={parameter.name}
      parameter={parameter}
      fallback={defaults[parameter.name]}
      value={values[parameter.name]}
      onChange={(value) => setValue(parameter.name, value)}
      error={errors[`hyperparameters.${parameter.name}`]}
    />
  );
  return (
    <FieldSection title={name} help={help} aside={name === "Optimiser" && <RateSketch values={values} />}>
      {(essential.length > 0 || name === "Length") && (
        <div className={classes.grid}>
          {name === "Length" && <LengthFields />}
          {essential.map(input)}
          {name === "Compression" && learnsFromTeacher(form.spec) && <Teacher />}
        </div>
      )}
      {advanced.length > 0 && (
        <Fold
          label={`${advanced.length} more`}
          names={advanced.map(parameterTitle)}
          changed={changedIn(advanced, values, defaults).length}
          wrong={advanced.some((one) => errors[`hyperparameters.${one.name}`] !== undefined)}
        >
          <div className={classes.grid}>{advanced.map(input)}</div>
        </Fold>
      )}
    </FieldSection>
  );
}

function Evaluation() {
  const { task, form, errors, setSpec } = useBuilder();
  const { early, evaluateEvery, hyperparameters } = form.spec;
  const number = (value: number | string) => (value === "" ? null : Number(value));
  const metrics = METRICS[task];
  const interval = automaticInterval(hyperparameters["steps"]);
  return (
    <FieldSection title="Evaluation" help="When the run looks at the validation images, and whether it stops by what it sees.">
      <div className={classes.grid}>
        <Field path="evaluation" label="Evaluate every" changed={evaluateEvery !== null} fallback="automatic" onReset={() => setSpec({ evaluateEvery: null })}>
          <NumberInput
            size="xs"
            label="Evaluate every"
            description={`Steps between two validations. Default automatic, a tenth of the run${hyperparameters["epochs"] == null ? `: ${interval}` : ""}.`}
            inputWrapperOrder={["label", "input", "error", "description"]}
            placeholder="automatic"
            allowDecimal={false}
            value={evaluateEvery ?? ""}
            onChange={(value) => setSpec({ evaluateEvery: number(value) })}
            error={errorAt(errors, "evaluation")}
          />
        </Field>
        <Field path="early_stopping" label="Early stopping" changed={early !== null} fallback="off" onReset={() => setSpec({ early: null })}>
          <Switch
            size="sm"
            label="Stop early"
            description="End the run when a metric stops getting better. Default off."
            checked={early !== null}
            onChange={(event) => setSpec({ early: event.currentTarget.checked ? { metric: metrics[0] ?? "val/loss", patience: PATIENCE } : null })}
            error={errors["early_stopping"]}
          />
        </Field>
        {early !== null && (
          <>
            <Select
              size="xs"
              label="Metric to watch"
              description="What has to get better for the run to go on."
              inputWrapperOrder={["label", "input", "error", "description"]}
              data={[...new Set([...metrics, early.metric])].map((value) => ({ value, label: metricTitle(value) }))}
              value={early.metric}
              onChange={(metric) => metric !== null && setSpec({ early: { ...early, metric } })}
              allowDeselect={false}
              error={errors["early_stopping.metric"]}
            />
            <NumberInput
              size="xs"
              label="Patience"
              description={`Validations without a gain before it stops. Default ${PATIENCE}, 1 to 10,000.`}
              inputWrapperOrder={["label", "input", "error", "description"]}
              allowDecimal={false}
              value={early.patience ?? ""}
              onChange={(value) => setSpec({ early: { ...early, patience: number(value) } })}
              error={errors["early_stopping.patience"]}
            />
          </>
        )}
      </div>
    </FieldSection>
  );
}
