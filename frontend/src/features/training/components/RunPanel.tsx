import { Checkbox, NumberInput, Select } from "@mantine/core";
import { bytes, count } from "@/components/format";
import { useHardware } from "../api/training";
import { errorAt, OPTION_PATHS } from "../model/errors";
import { initialOptions, type OptionsForm, PRIORITIES, type Priority, STRATEGIES } from "../model/options";
import { useBuilder } from "./builder";
import { Field } from "./Field";
import classes from "./Field.module.css";
import { FieldSection } from "./FieldSection";

const PRECISIONS = [
  { value: "auto", label: "Automatic" },
  { value: "fp32", label: "fp32" },
  { value: "bf16", label: "bf16" },
  { value: "fp16", label: "fp16" },
];
const DEVICE_NAMES: Record<string, string> = { cpu: "CPU", cuda: "GPU (CUDA)", mps: "GPU (Apple)" };
const DEFAULTS = initialOptions(null);
const ORDER = ["label", "input", "error", "description"] as ("label" | "input" | "error" | "description")[];

/** Where a run trains, what it keeps and when it must end. Not part of the workflow: every run chooses anew. */
export function RunPanel() {
  return (
    <div className={classes.form}>
      <Hardware />
      <Checkpoints />
      <Limits />
    </div>
  );
}

function Hardware() {
  const { options, errors, setOptions } = useBuilder();
  const hardware = useHardware();
  const devices = hardware.data?.devices.filter(({ available }) => available) ?? [];
  const kinds = [...new Set(devices.map(({ id }) => id.split(":")[0] ?? id))];
  const gpus = devices.filter(({ id }) => id.startsWith("cuda")).length;
  const onGpu = options.device === "cuda" || (options.device === "auto" && gpus > 0);
  const described = devices.map(({ name, cores, memory_total: memory }) => [name, cores ? count(cores, "core") : "", memory ? bytes(memory) : ""].filter((part) => part !== "").join(", "));
  const most = onGpu ? gpus : (devices.find(({ id }) => id === "cpu")?.cores ?? 1);
  return (
    <FieldSection title="Hardware" help={described.length > 0 ? `Here: ${described.join("; ")}.` : undefined}>
      <div className={classes.grid}>
        <Option name="device" label="Device" fallback="Automatic">
          <Select
            size="xs"
            label="Device"
            description="Automatic takes GPUs where there are any. Default automatic."
            inputWrapperOrder={ORDER}
            data={[{ value: "auto", label: "Automatic" }, ...(kinds.length > 0 ? kinds : ["cpu"]).map((kind) => ({ value: kind, label: DEVICE_NAMES[kind] ?? kind }))]}
            value={options.device}
            onChange={(device) => device !== null && setOptions({ device })}
            allowDeselect={false}
            error={errors["hardware.device"]}
          />
        </Option>
        {options.device !== "mps" && (
          <Option name="gpus" label={onGpu ? "GPUs" : "Processes"} fallback="1">
            <NumberInput
              size="xs"
              label={onGpu ? "GPUs" : "Processes"}
              description={`${onGpu ? "Several train together; each takes its own batch." : "Several train together, each on its share of the cores."} Default 1${most > 1 ? `, up to ${most} here` : ""}.`}
              inputWrapperOrder={ORDER}
              allowDecimal={false}
              value={options.gpus}
              onChange={(value) => setOptions({ gpus: number(value) })}
              error={errors["hardware.gpus"]}
            />
          </Option>
        )}
        <Option name="precision" label="Precision" fallback="Automatic">
          <Select
            size="xs"
            label="Precision"
            description="Half precision is faster where the device has it. Default automatic."
            inputWrapperOrder={ORDER}
            data={PRECISIONS}
            value={options.precision}
            onChange={(precision) => precision !== null && setOptions({ precision })}
            allowDeselect={false}
            error={errors["hardware.precision"]}
          />
        </Option>
        <Option name="priority" label="Priority" fallback="Normal">
          <Select
            size="xs"
            label="Priority"
            description="Higher goes first in the queue; equals take turns between projects. Default normal."
            inputWrapperOrder={ORDER}
            data={PRIORITIES}
            value={options.priority}
            onChange={(priority) => priority !== null && setOptions({ priority: priority as Priority })}
            allowDeselect={false}
            error={errors["priority"]}
          />
        </Option>
      </div>
    </FieldSection>
  );
}

function Checkpoints() {
  const { options, errors, setOptions } = useBuilder();
  return (
    <FieldSection title="Checkpoints" help="Each one kept becomes an artifact with its own figures; choose as many as you like.">
      <Option name="strategies" label="checkpoints to keep" fallback="best metric and latest">
        <Checkbox.Group
          aria-label="Checkpoints to keep"
          value={options.strategies}
          onChange={(strategies) => setOptions({ strategies })}
          error={errorAt(errors, "checkpoints.strategy")}
        >
          <div className={classes.grid}>
            {STRATEGIES.map(({ value, label, help }) => (
              <Checkbox key={value} size="sm" value={value} label={label} description={help} />
            ))}
          </div>
        </Checkbox.Group>
      </Option>
      {options.strategies.includes("every") && (
        <div className={classes.grid} style={{ marginTop: 16 }}>
          <Option name="every" label="Steps between" fallback="none">
            <NumberInput
              size="xs"
              label="Steps between"
              description="Steps from one checkpoint to the next."
              inputWrapperOrder={ORDER}
              allowDecimal={false}
              value={options.every}
              onChange={(every) => setOptions({ every: number(every) })}
              error={errors["checkpoints.every"]}
            />
          </Option>
          <Option name="keep" label="Keep the last" fallback={String(DEFAULTS.keep)}>
            <NumberInput
              size="xs"
              label="Keep the last"
              description={`Older ones make room for newer ones. Default ${DEFAULTS.keep}, 1 to 1000.`}
              inputWrapperOrder={ORDER}
              allowDecimal={false}
              value={options.keep}
              onChange={(keep) => setOptions({ keep: number(keep) })}
              error={errors["checkpoints.keep"]}
            />
          </Option>
        </div>
      )}
    </FieldSection>
  );
}

function Limits() {
  const { options, errors, setOptions } = useBuilder();
  return (
    <FieldSection title="Limits" help="A run that reaches one ends well, with its artifacts.">
      <div className={classes.grid}>
        <Option name="minutes" label="At most minutes" fallback="no limit">
          <NumberInput
            size="xs"
            label="At most minutes"
            description="Minutes of training. Default no limit."
            inputWrapperOrder={ORDER}
            placeholder="no limit"
            value={options.minutes}
            onChange={(minutes) => setOptions({ minutes: number(minutes) })}
            error={errors["limits.minutes"]}
          />
        </Option>
        <Option name="steps" label="At most steps" fallback="no limit">
          <NumberInput
            size="xs"
            label="At most steps"
            description="Ends the run early, the schedule of rates stays as it is. Default no limit."
            inputWrapperOrder={ORDER}
            placeholder="no limit"
            allowDecimal={false}
            value={options.steps}
            onChange={(steps) => setOptions({ steps: number(steps) })}
            error={errors["limits.steps"]}
          />
        </Option>
      </div>
    </FieldSection>
  );
}

interface OptionProps {
  name: keyof OptionsForm;
  label: string;
  fallback: string;
  children: React.ReactNode;
}

function Option({ name, label, fallback, children }: OptionProps) {
  const { options, setOptions } = useBuilder();
  const changed = JSON.stringify(options[name]) !== JSON.stringify(DEFAULTS[name]);
  return (
    <Field path={OPTION_PATHS[name]} label={label} changed={changed} fallback={fallback} onReset={() => setOptions({ [name]: DEFAULTS[name] })}>
      {children}
    </Field>
  );
}

function number(value: number | string): number | "" {
  return value === "" ? "" : Number(value);
}
