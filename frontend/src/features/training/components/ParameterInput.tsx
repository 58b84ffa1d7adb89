import { NumberInput, Select, Switch } from "@mantine/core";
import type { Parameter } from "@/api/types";
import { same } from "../model/fields";
import { parameterTitle, rangeText, title, valueText } from "../model/wording";
import { Field } from "./Field";

interface Props {
  parameter: Parameter;
  /** What holds where nothing else is said; an architecture's own before the catalogue's. */
  fallback: unknown;
  value: unknown;
  onChange: (value: unknown) => void;
  error?: string | undefined;
  /** More to say than the catalogue does, such as what a number comes to. */
  hint?: string | undefined;
}

const ORDER = ["label", "input", "error", "description"] as ("label" | "input" | "error" | "description")[];

/** The control of one catalogue parameter, with its help, default and range. */
export function ParameterInput({ parameter, fallback, value, onChange, error, hint }: Props) {
  const label = parameterTitle(parameter);
  const description = [parameter.help ?? "", hint ?? "", `${rangeText(parameter, fallback)}.`].filter((part) => part !== "").join(" ");
  return (
    <Field
      path={`hyperparameters.${parameter.name}`}
      label={label}
      changed={!same(value, fallback)}
      fallback={valueText(fallback, parameter)}
      onReset={() => onChange(fallback ?? null)}
    >
      <Control parameter={parameter} fallback={fallback} label={label} description={description} value={value} onChange={onChange} error={error} />
    </Field>
  );
}

function Control({ parameter, fallback, label, description, value, onChange, error }: Omit<Props, "hint"> & { label: string; description: string }) {
  if (parameter.type === "bool") {
    return (
      <Switch
        size="sm"
        label={label}
        description={description}
        checked={value === true}
        onChange={(event) => onChange(event.currentTarget.checked)}
        error={error}
      />
    );
  }
  if (parameter.type === "choice") {
    return (
      <Select
        size="xs"
        label={label}
        description={description}
        inputWrapperOrder={ORDER}
        data={(parameter.choices ?? []).map((choice) => ({ value: String(choice), label: title(String(choice)) }))}
        value={String(value)}
        onChange={(chosen) => chosen !== null && onChange(chosen)}
        allowDeselect={false}
        error={error}
      />
    );
  }
  return (
    <NumberInput
      size="xs"
      label={label}
      description={description}
      inputWrapperOrder={ORDER}
      placeholder={fallback == null ? "automatic" : undefined}
      allowDecimal={parameter.type === "float"}
      step={stepOf(parameter, fallback)}
      value={typeof value === "number" ? value : ""}
      onChange={(next) => onChange(next === "" ? null : Number(next))}
      error={error}
    />
  );
}

/** Arrow keys move by a tenth of the usual size: 0.0006 by 0.0001, 0.5 by 0.1, whole numbers by 1. */
export function stepOf({ type }: Parameter, fallback: unknown): number {
  if (type === "int") return 1;
  if (typeof fallback !== "number" || fallback === 0) return 0.1;
  return 10 ** Math.floor(Math.log10(Math.abs(fallback)));
}
