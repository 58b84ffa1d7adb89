import { Group, NumberInput, Select } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import type { Artifact } from "@/api/types";
import { percent } from "@/components/format";
import { useArtifactTitles } from "@/features/artifacts/api/titles";
import { bestFirst, mainMetric } from "@/features/artifacts/model/titles";
import { useHardware } from "@/features/training/api/training";
import type { Settings } from "../api/deployments";

const RUNTIMES: Record<string, string> = {
  torch: "PyTorch",
  onnxruntime: "ONNX Runtime",
  openvino: "OpenVINO",
};
const QUANTIZATION = [
  { value: "none", label: "None (fp32)" },
  { value: "fp16", label: "fp16" },
  { value: "int8", label: "int8" },
];

interface Props<T extends Settings> {
  form: UseFormReturnType<T>;
  projectId: string;
  artifacts: readonly Artifact[];
}

/** What a version of a deployment fixes; the same for the first version and later ones. */
export function SettingsFields<T extends Settings>({ form, projectId, artifacts }: Props<T>) {
  const title = useArtifactTitles(projectId);
  const hardware = useHardware();
  const runtimes = hardware.data?.runtimes ?? Object.keys(RUNTIMES);
  const hasGpu = hardware.data?.devices.some(({ id, available }) => available && id.startsWith("cuda")) ?? false;
  return (
    <>
      <Select
        label="Artifact"
        data={bestFirst(artifacts).map((artifact) => ({
          value: artifact.id,
          label: `${title(artifact)} · ${qualityText(artifact.metrics)}`,
        }))}
        allowDeselect={false}
        searchable
        {...form.getInputProps("artifact")}
      />
      <Group grow gap="sm" align="flex-start">
        <Select
          label="Runtime"
          data={runtimes.map((name) => ({ value: name, label: RUNTIMES[name] ?? name }))}
          allowDeselect={false}
          {...form.getInputProps("runtime")}
        />
        <Select
          label="Device"
          data={[
            { value: "cpu", label: "CPU" },
            { value: "cuda", label: "GPU (CUDA)", disabled: !hasGpu },
          ]}
          allowDeselect={false}
          {...form.getInputProps("device")}
        />
      </Group>
      <Group grow gap="sm" align="flex-start">
        <Select label="Quantization" data={QUANTIZATION} allowDeselect={false} {...form.getInputProps("quantization")} />
        <NumberInput label="Replicas" min={1} max={64} allowDecimal={false} {...form.getInputProps("replicas")} />
      </Group>
    </>
  );
}

function qualityText(metrics: Artifact["metrics"]): string {
  const metric = mainMetric(metrics);
  return metric === null ? "not measured" : `${metric.name} ${percent(metric.value)}`;
}
