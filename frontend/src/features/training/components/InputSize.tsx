import { NumberInput, Select } from "@mantine/core";
import { useState } from "react";
import { flopsAt, flopsText } from "../model/cost";
import { errorAt } from "../model/errors";
import { defaultSpec } from "../model/form";
import { useBuilder } from "./builder";
import { Field } from "./Field";
import fields from "./Field.module.css";

const CUSTOM = "custom";

export function InputSize() {
  const { architecture, form, errors, setSpec } = useBuilder();
  const [height, width] = form.spec.input_size;
  const listed = architecture.input_sizes.find(([h, w]) => h === height && w === width);
  const [custom, setCustom] = useState(false);
  const open = custom || !listed;
  const fallback = defaultSpec(architecture).input_size;
  const multiple = architecture.size_multiple;
  const option = ([h, w]: [number, number]) => {
    const flops = flopsAt(architecture, form.spec.variant, [h, w]);
    return { value: `${h}x${w}`, label: `${h} × ${w}${flops === null ? "" : `  ·  ${flopsText(flops)}`}` };
  };
  return (
    <div className={fields.grid}>
      <Field
        path="input_size"
        label="Input size"
        changed={height !== fallback[0] || width !== fallback[1]}
        fallback={`${fallback[0]} × ${fallback[1]}`}
        onReset={() => {
          setCustom(false);
          setSpec({ input_size: fallback });
        }}
      >
        <Select
          size="xs"
          label="Input size"
          description={`Larger shows finer detail and costs more. Default ${fallback[0]} × ${fallback[1]}.`}
          inputWrapperOrder={["label", "input", "error", "description"]}
          data={[...architecture.input_sizes.map(option), { value: CUSTOM, label: "Custom" }]}
          value={open ? CUSTOM : `${height}x${width}`}
          onChange={(value) => {
            setCustom(value === CUSTOM);
            if (value === null || value === CUSTOM) return;
            const [h = 256, w = 256] = value.split("x").map(Number);
            setSpec({ input_size: [h, w] });
          }}
          allowDeselect={false}
          error={open ? undefined : errorAt(errors, "input_size")}
        />
      </Field>
      {open && (
        <>
          <Side label="Height" multiple={multiple} value={height} onChange={(value) => setSpec({ input_size: [value, width] })} error={errors["input_size.0"] ?? errors["input_size"]} />
          <Side label="Width" multiple={multiple} value={width} onChange={(value) => setSpec({ input_size: [height, value] })} error={errors["input_size.1"]} />
        </>
      )}
    </div>
  );
}

interface SideProps {
  label: string;
  multiple: number;
  value: number | null;
  onChange: (value: number | null) => void;
  error: string | undefined;
}

function Side({ label, multiple, value, onChange, error }: SideProps) {
  return (
    <NumberInput
      size="xs"
      label={label}
      description={`Pixels, a multiple of ${multiple}, 32 to 4096.`}
      inputWrapperOrder={["label", "input", "error", "description"]}
      step={multiple}
      allowDecimal={false}
      value={value ?? ""}
      onChange={(next) => onChange(next === "" ? null : Number(next))}
      error={error}
    />
  );
}
