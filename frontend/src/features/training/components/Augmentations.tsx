import { Switch, Text } from "@mantine/core";
import type { Architecture } from "@/api/types";
import type { TrainingForm } from "../model/form";
import { ParameterInput } from "./ParameterInput";
import classes from "./Training.module.css";

interface Props {
  architecture: Architecture;
  form: TrainingForm;
  onChange: (change: Partial<TrainingForm>) => void;
  errors: Record<string, string>;
}

const SHARE = "p";

export function Augmentations({ architecture, form, onChange, errors }: Props) {
  const change = (name: string, patch: Partial<TrainingForm["augmentations"][number]>) =>
    onChange({ augmentations: form.augmentations.map((one) => (one.name === name ? { ...one, ...patch } : one)) });
  return (
    <div className={classes.augmentations}>
      {form.augmentations.map(({ name, on, values }) => {
        const known = architecture.augmentations.find((one) => one.name === name);
        if (!known) return null;
        return (
          <div key={name} className={classes.augmentation}>
            <Switch
              size="sm"
              label={known.title}
              description={known.help}
              checked={on}
              onChange={(event) => change(name, { on: event.currentTarget.checked })}
              error={errors[`augmentations.${name}`]}
            />
            {on && (
              <div className={classes.values}>
                {known.parameters.map((parameter) => (
                  <ParameterInput
                    key={parameter.name}
                    parameter={parameter.name === SHARE ? { ...parameter, title: "Probability" } : parameter}
                    value={values[parameter.name]}
                    onChange={(value) => change(name, { values: { ...values, [parameter.name]: value } })}
                    error={errors[`augmentations.${name}.${parameter.name}`]}
                  />
                ))}
              </div>
            )}
          </div>
        );
      })}
      {form.augmentations.length === 0 && (
        <Text size="sm" c="dimmed">
          This architecture offers none.
        </Text>
      )}
    </div>
  );
}
