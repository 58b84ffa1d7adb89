import { Checkbox, Group, Input, NumberInput, Select } from "@mantine/core";
import type { Parameter } from "@/api/types";
import { rangeText, title } from "../model/form";

interface Props {
  parameter: Parameter;
  value: unknown;
  onChange: (value: unknown) => void;
  error?: string | undefined;
}

/** The control of one catalogue parameter, with its help, default and range. */
export function ParameterInput({ parameter, value, onChange, error }: Props) {
  const { type, help = "", name } = parameter;
  const label = parameter.title ?? title(name);
  const description = [help, `${rangeText(parameter)}.`].filter((part) => part !== "").join(" ");
  if (type === "bool") {
    return (
      <Checkbox
        label={label}
        description={description}
        checked={value === true}
        onChange={(event) => onChange(event.currentTarget.checked)}
        error={error}
      />
    );
  }
  if (type === "choice") {
    return (
      <Select
        size="xs"
        label={label}
        description={description}
        inputWrapperOrder={["label", "input", "error", "description"]}
        data={(parameter.choices ?? []).map((choice) => ({ value: String(choice), label: title(String(choice)) }))}
        value={String(value)}
        onChange={(chosen) => chosen !== null && onChange(chosen)}
        allowDeselect={false}
        error={error}
      />
    );
  }
  if (type === "range") {
    const [low, high] = Array.isArray(value) ? (value as unknown[]) : [null, null];
    return (
      <Input.Wrapper size="xs" label={label} description={description} error={error} inputWrapperOrder={["label", "input", "error", "description"]}>
        <Group gap={6} wrap="nowrap">
          <Numeric label={`${label}, lowest`} value={low} onChange={(next) => onChange([next, high])} />
          <Numeric label={`${label}, highest`} value={high} onChange={(next) => onChange([low, next])} />
        </Group>
      </Input.Wrapper>
    );
  }
  return (
    <NumberInput
      size="xs"
      label={label}
      description={description}
      inputWrapperOrder={["label", "input", "error", "description"]}
      placeholder={parameter.default == null ? "automatic" : undefined}
      allowDecimal={type === "float"}
      step={stepOf(parameter)}
      value={typeof value === "number" ? value : ""}
      onChange={(next) => onChange(next === "" ? null : Number(next))}
      error={error}
    />
  );
}

function Numeric({ label, value, onChange }: { label: string; value: unknown; onChange: (value: number | null) => void }) {
  return (
    <NumberInput
      size="xs"
      aria-label={label}
      hideControls
      value={typeof value === "number" ? value : ""}
      onChange={(next) => onChange(next === "" ? null : Number(next))}
    />
  );
}

/** Arrow keys move by a tenth of the usual size: 0.0006 by 0.0001, 0.5 by 0.1, whole numbers by 1. */
function stepOf({ type, default: value }: Parameter): number {
  if (type !== "float" || typeof value !== "number" || value === 0) return type === "float" ? 0.1 : 1;
  return 10 ** Math.floor(Math.log10(Math.abs(value)));
}
