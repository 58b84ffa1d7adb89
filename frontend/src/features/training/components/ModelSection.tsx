import { Anchor, Group, NumberInput, Radio, Select, Stack, Text, TextInput } from "@mantine/core";
import type { Architecture } from "@/api/types";
import { parameters } from "@/components/format";
import { useStartingPoints } from "../api/training";
import { defaults, type TrainingForm } from "../model/form";
import classes from "./Training.module.css";

interface Props {
  projectId: string;
  architectures: readonly Architecture[];
  architecture: Architecture;
  form: TrainingForm;
  onChange: (change: Partial<TrainingForm>) => void;
  onReplace: (form: TrainingForm) => void;
  errors: Record<string, string>;
}

const CUSTOM = "custom";

export function ModelSection({ projectId, architectures, architecture, form, onChange, onReplace, errors }: Props) {
  const preset = architecture.input_sizes.find(([height, width]) => height === form.height && width === form.width);
  return (
    <Stack gap="md">
      <div className={classes.grid}>
        <TextInput label="Workflow name" maxLength={120} value={form.name} onChange={(event) => onChange({ name: event.currentTarget.value })} error={errors["name"]} />
        <Select
          label="Architecture"
          data={architectures.map(({ name, title }) => ({ value: name, label: title }))}
          value={form.architecture}
          onChange={(name) => {
            const next = architectures.find((one) => one.name === name);
            if (next) onReplace(defaults(next, form.name));
          }}
          allowDeselect={false}
          error={errors["architecture"]}
        />
        <Select
          label="Variant"
          data={architecture.variants.map(({ name, parameters: size }) => ({ value: name, label: `${name} · ${parameters(size)} parameters` }))}
          value={form.variant}
          onChange={(variant) => variant !== null && onChange({ variant })}
          allowDeselect={false}
          error={errors["variant"]}
        />
        <Select
          label="Input size"
          data={[
            ...architecture.input_sizes.map(([height, width]) => ({ value: `${height}x${width}`, label: `${height} × ${width}` })),
            { value: CUSTOM, label: "Custom" },
          ]}
          value={preset ? `${preset[0]}x${preset[1]}` : CUSTOM}
          onChange={(value) => {
            if (value === null || value === CUSTOM) return onChange({ height: architecture.size_multiple * 7, width: architecture.size_multiple * 7 });
            const [height = 256, width = 256] = value.split("x").map(Number);
            onChange({ height, width });
          }}
          allowDeselect={false}
          error={preset ? (errors["input_size"] ?? errors["input_size.0"] ?? errors["input_size.1"]) : undefined}
        />
        {!preset && (
          <Group gap={8} wrap="nowrap" align="flex-start" grow>
            <NumberInput
              label="Height"
              step={architecture.size_multiple}
              value={form.height}
              onChange={(height) => onChange({ height: height === "" ? "" : Number(height) })}
              error={errors["input_size.0"] ?? errors["input_size"]}
            />
            <NumberInput
              label="Width"
              step={architecture.size_multiple}
              value={form.width}
              onChange={(width) => onChange({ width: width === "" ? "" : Number(width) })}
              error={errors["input_size.1"]}
            />
          </Group>
        )}
      </div>
      <Text size="xs" c="dimmed">
        {architecture.description} {architecture.licence}{" "}
        {architecture.paper !== "" && (
          <Anchor href={architecture.paper} target="_blank" rel="noreferrer" size="xs">
            Paper
          </Anchor>
        )}
      </Text>
      <Weights projectId={projectId} form={form} onChange={onChange} error={errors["weights"]} />
    </Stack>
  );
}

type WeightProps = Pick<Props, "projectId" | "form" | "onChange"> & { error: string | undefined };

function Weights({ projectId, form, onChange, error }: WeightProps) {
  const { weights } = form;
  const artifacts = useStartingPoints(projectId);
  const fitting = (artifacts.data ?? []).filter(
    ({ architecture, variant }) => architecture === form.architecture && variant === form.variant,
  );
  const set = (change: Partial<TrainingForm["weights"]>) => onChange({ weights: { ...weights, ...change } });
  return (
    <div>
      <Radio.Group
        label="Starting weights"
        value={weights.kind}
        onChange={(kind) => set({ kind: kind as typeof weights.kind, artifact: weights.artifact || (fitting[0]?.id ?? "") })}
        error={error}
      >
        <Group gap="lg" mt={6}>
          <Radio value="pretrained" label="Pretrained" />
          <Radio value="scratch" label="From scratch" />
          <Radio value="artifact" label="Earlier artifact" disabled={fitting.length === 0} />
          <Radio value="file" label="File" />
        </Group>
      </Radio.Group>
      {weights.kind === "pretrained" && (
        <Text size="xs" c="dimmed" mt={6}>
          From the weights folder of this server (TESSERA_WEIGHTS_DIR), else from the model hub. Where neither has them the run stops
          and says what to do.
        </Text>
      )}
      {weights.kind === "artifact" && (
        <Select
          mt={8}
          maw={420}
          label="Artifact"
          data={fitting.map(({ id, name, step }) => ({ value: id, label: `${name} · step ${step}` }))}
          value={weights.artifact}
          onChange={(artifact) => artifact !== null && set({ artifact })}
          allowDeselect={false}
        />
      )}
      {weights.kind === "file" && (
        <TextInput
          mt={8}
          maw={420}
          label="File name"
          description="A .safetensors file in the weights folder of this server"
          placeholder="mit-b0.safetensors"
          value={weights.file}
          onChange={(event) => set({ file: event.currentTarget.value })}
        />
      )}
    </div>
  );
}
