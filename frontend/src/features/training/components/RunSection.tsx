import { Checkbox, Group, NumberInput, Select, Stack } from "@mantine/core";
import { bytes, integer } from "@/components/format";
import { useSnapshots } from "@/features/snapshots/api/snapshots";
import { useHardware } from "../api/training";
import { type OptionsForm, STRATEGIES } from "../model/options";

interface Props {
  projectId: string;
  options: OptionsForm;
  onChange: (options: OptionsForm) => void;
  errors: Record<string, string>;
}

const PRECISIONS = [
  { value: "auto", label: "Automatic" },
  { value: "fp32", label: "fp32" },
  { value: "bf16", label: "bf16" },
  { value: "fp16", label: "fp16" },
];

export function RunSection({ projectId, options, onChange, errors }: Props) {
  const snapshots = useSnapshots(projectId);
  const hardware = useHardware();
  const set = (change: Partial<OptionsForm>) => onChange({ ...options, ...change });
  const number = (value: number | string) => (value === "" ? "" : Number(value));
  const devices = hardware.data?.devices.filter(({ available }) => available) ?? [];
  const kinds = [...new Set(devices.map(({ id }) => id.split(":")[0] ?? id))];
  const gpus = devices.filter(({ id }) => id.startsWith("cuda"));
  const described = devices.map(({ name, cores, memory }) =>
    [name, cores ? `${cores} cores` : "", memory ? bytes(memory) : ""].filter((part) => part !== "").join(", "),
  );
  return (
    <Stack gap="sm">
      <Select
        size="xs"
        label="Data snapshot"
        placeholder="Current state of the project"
        clearable
        data={(snapshots.data ?? []).map(({ id, name, counts }) => ({ value: id, label: `${name} · ${integer(counts.assets)} images` }))}
        value={options.snapshot}
        onChange={(snapshot) => set({ snapshot })}
        error={errors["snapshot"]}
      />
      <Group gap={8} grow align="flex-start" wrap="nowrap">
        <Select
          size="xs"
          label="Device"
          data={[{ value: "auto", label: "Automatic" }, ...(kinds.length > 0 ? kinds : ["cpu"]).map((kind) => ({ value: kind, label: kind }))]}
          value={options.device}
          onChange={(device) => device !== null && set({ device })}
          allowDeselect={false}
          error={errors["hardware.device"]}
        />
        <Select
          size="xs"
          label="Precision"
          data={PRECISIONS}
          value={options.precision}
          onChange={(precision) => precision !== null && set({ precision })}
          allowDeselect={false}
          error={errors["hardware.precision"]}
        />
      </Group>
      {(gpus.length > 1 || errors["hardware.gpus"] !== undefined) && (
        <NumberInput
          size="xs"
          label="GPUs"
          min={0}
          value={options.gpus}
          onChange={(gpu) => set({ gpus: number(gpu) })}
          error={errors["hardware.gpus"]}
        />
      )}
      {described.length > 0 && <small style={{ color: "var(--mantine-color-dimmed)" }}>This server has: {described.join("; ")}</small>}
      <Checkbox.Group
        size="xs"
        label="Checkpoints to keep"
        value={options.strategies}
        onChange={(strategies) => set({ strategies })}
        error={errors["checkpoints.strategy"] ?? errors["checkpoints.strategy.0"]}
      >
        <Stack gap={7} mt={6}>
          {STRATEGIES.map(({ value, label, help }) => (
            <Checkbox key={value} size="xs" value={value} label={`${label}: ${help}`} />
          ))}
        </Stack>
      </Checkbox.Group>
      {options.strategies.includes("every") && (
        <Group gap={8} grow align="flex-start">
          <NumberInput
            size="xs"
            label="Steps between"
            min={1}
            value={options.every}
            onChange={(every) => set({ every: number(every) })}
            error={errors["checkpoints.every"]}
          />
          <NumberInput
            size="xs"
            label="Keep the last"
            min={1}
            value={options.keep}
            onChange={(keep) => set({ keep: number(keep) })}
            error={errors["checkpoints.keep"]}
          />
        </Group>
      )}
      <Group gap={8} grow align="flex-start">
        <NumberInput
          size="xs"
          label="At most minutes"
          placeholder="no limit"
          value={options.minutes}
          onChange={(minutes) => set({ minutes: number(minutes) })}
          error={errors["limits.minutes"]}
        />
        <NumberInput
          size="xs"
          label="At most steps"
          placeholder="no limit"
          value={options.steps}
          onChange={(steps) => set({ steps: number(steps) })}
          error={errors["limits.steps"]}
        />
      </Group>
    </Stack>
  );
}
