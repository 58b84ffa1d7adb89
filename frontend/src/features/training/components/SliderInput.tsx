import { Input, NumberInput, RangeSlider, Select, Slider, Switch } from "@mantine/core";
import type { Parameter } from "@/api/types";
import { bounds, fromSlider, same, toSlider } from "../model/fields";
import { parameterTitle, rangeText, title, valueText } from "../model/wording";
import classes from "./Augmentations.module.css";
import { Field } from "./Field";

interface Props {
  path: string;
  /** Tells this control from one of the same title in another augmentation. */
  name: string;
  parameter: Parameter;
  fallback: unknown;
  value: unknown;
  onChange: (value: unknown) => void;
  error?: string | undefined;
}

/** A parameter of an augmentation: a slider for the eye, a number for the exact value. */
export function SliderInput({ path, name, parameter, fallback, value, onChange, error }: Props) {
  const label = parameterTitle(parameter);
  const description = [parameter.help ?? "", `${rangeText(parameter, fallback)}.`].filter((part) => part !== "").join(" ");
  return (
    <Field path={path} label={name} changed={!same(value, fallback)} fallback={valueText(fallback, parameter)} onReset={() => onChange(fallback ?? null)}>
      <Input.Wrapper size="xs" label={label} labelElement="div" description={description} error={error} inputWrapperOrder={["label", "input", "error", "description"]}>
        <Control name={name} parameter={parameter} value={value} onChange={onChange} error={error} fallback={fallback} />
      </Input.Wrapper>
    </Field>
  );
}

function Control({ name, parameter, value, onChange, error }: Omit<Props, "path">) {
  const range = bounds(parameter);
  const whole = parameter.type === "int";
  switch (parameter.type) {
    case "bool":
      return <Switch size="sm" aria-label={name} checked={value === true} onChange={(event) => onChange(event.currentTarget.checked)} />;
    case "choice":
      return (
        <Select
          size="xs"
          aria-label={name}
          data={(parameter.choices ?? []).map((choice) => ({ value: String(choice), label: title(String(choice)) }))}
          value={String(value)}
          onChange={(chosen) => chosen !== null && onChange(parameter.choices?.find((choice) => String(choice) === chosen) ?? chosen)}
          allowDeselect={false}
        />
      );
    case "range": {
      const [low, high] = Array.isArray(value) ? (value as unknown[]) : [null, null];
      const integers = Array.isArray(parameter.default) && parameter.default.every(Number.isInteger) && (parameter.max ?? 0) > 20;
      return (
        <div className={classes.pair}>
          <Exact name={`${name}, lowest`} value={low} invalid={error !== undefined} onChange={(next) => onChange([next, high])} />
          {range && typeof low === "number" && typeof high === "number" && (
            <RangeSlider
              size="xs"
              min={0}
              max={1000}
              minRange={0}
              thumbFromLabel={`${name}, lowest, slider`}
              thumbToLabel={`${name}, highest, slider`}
              label={(place) => valueText(fromSlider(place, range, integers))}
              value={[toSlider(low, range), toSlider(high, range)]}
              onChange={([from, to]) =>
                onChange([
                  from === toSlider(low, range) ? low : fromSlider(from, range, integers),
                  to === toSlider(high, range) ? high : fromSlider(to, range, integers),
                ])
              }
            />
          )}
          <Exact name={`${name}, highest`} value={high} invalid={error !== undefined} onChange={(next) => onChange([low, next])} />
        </div>
      );
    }
    case "int":
    case "float":
      return (
        <div className={classes.single}>
          {range && (
            <Slider
              size="xs"
              min={0}
              max={1000}
              thumbLabel={`${name}, slider`}
              label={(place) => valueText(fromSlider(place, range, whole))}
              value={typeof value === "number" ? toSlider(value, range) : 0}
              onChange={(place) => onChange(fromSlider(place, range, whole))}
            />
          )}
          <Exact name={name} value={value} whole={whole} invalid={error !== undefined} onChange={onChange} />
        </div>
      );
  }
}

interface ExactProps {
  name: string;
  value: unknown;
  whole?: boolean;
  invalid: boolean;
  onChange: (value: number | null) => void;
}

function Exact({ name, value, whole = false, invalid, onChange }: ExactProps) {
  return (
    <NumberInput
      size="xs"
      aria-label={name}
      hideControls
      allowDecimal={!whole}
      error={invalid}
      value={typeof value === "number" ? Number(value.toPrecision(6)) : ""}
      onChange={(next) => onChange(next === "" ? null : Number(next))}
    />
  );
}
