import { Group, NumberInput, Select, SimpleGrid, Text } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import type { Artifact, ExportJob } from "@/api/types";
import { Fold } from "@/components/Fold";
import { milliseconds, percent } from "@/components/format";
import { useExports } from "@/features/artifacts/api/exports";
import { useArtifactTitles } from "@/features/artifacts/api/titles";
import { exportTitle, qualityOf, reportOf } from "@/features/artifacts/model/exports";
import { bestFirst, mainMetric } from "@/features/artifacts/model/titles";
import { useHardware } from "@/features/training/api/training";
import type { Settings } from "../api/deployments";
import { LIMITS, limitsText, QUANTIZATIONS, quantizationFor, RUNTIME_OF } from "../model/settings";

const RUNTIMES: Record<string, string> = {
  torch: "PyTorch",
  onnxruntime: "ONNX Runtime",
  openvino: "OpenVINO",
};
const ITSELF = "";

interface Props<T extends Settings> {
  form: UseFormReturnType<T>;
  projectId: string;
  artifacts: readonly Artifact[];
}

/** What a version of a deployment fixes; the same for the first version and later ones. */
export function SettingsFields<T extends Settings>({ form, projectId, artifacts }: Props<T>) {
  const title = useArtifactTitles(projectId);
  const hardware = useHardware();
  const values: Settings = form.values;
  const set = (part: Partial<Settings>) => form.setValues(part as Partial<T>);
  const exports = useExports(values.artifact);
  const offered = (exports.data ?? []).filter(({ status, format }) => status === "succeeded" && format in RUNTIME_OF);
  const runtimes = hardware.data?.runtimes ?? Object.keys(RUNTIMES);
  const hasGpu = hardware.data?.devices.some(({ id, available }) => available && id.startsWith("cuda")) ?? false;
  const fixed = values.export !== null;
  const limits = limitsText(values);
  const choose = (id: string | null) => {
    const chosen = offered.find((one) => one.id === id);
    set(chosen ? { export: chosen.id, runtime: RUNTIME_OF[chosen.format] ?? values.runtime, quantization: chosen.quantization } : { export: null });
  };
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
        onChange={(artifact) => artifact !== null && set({ artifact, export: null })}
      />
      {(offered.length > 0 || fixed) && (
        <Select
          label="Export"
          description="A measured export fixes runtime and precision; the artifact itself is converted for its runtime."
          inputWrapperOrder={["label", "input", "error", "description"]}
          data={[{ value: ITSELF, label: "None: the artifact itself" }, ...offered.map((one) => ({ value: one.id, label: exportText(one) }))]}
          value={values.export ?? ITSELF}
          onChange={choose}
          allowDeselect={false}
          error={form.errors["export"]}
        />
      )}
      <Group grow gap="sm" align="flex-start">
        <Select
          label="Runtime"
          data={runtimes.map((name) => ({ value: name, label: RUNTIMES[name] ?? name }))}
          allowDeselect={false}
          disabled={fixed}
          {...form.getInputProps("runtime")}
          onChange={(runtime) => runtime !== null && set({ runtime, quantization: quantizationFor(runtime, values.quantization) })}
        />
        <Select
          label="Precision"
          data={[...(QUANTIZATIONS[values.runtime] ?? [{ value: "none", label: "fp32" }])]}
          allowDeselect={false}
          disabled={fixed}
          {...form.getInputProps("quantization")}
        />
      </Group>
      {values.quantization === "int8" && !fixed && (
        <Text size="xs" c="dimmed">
          int8 is calibrated on images: the newest int8 export of this artifact is served; where there is none, one is made first and the deployment waits for it.
        </Text>
      )}
      <Group grow gap="sm" align="flex-start">
        <Select
          label="Device"
          data={[
            { value: "cpu", label: "CPU" },
            { value: "cuda", label: "GPU (CUDA)", disabled: !hasGpu },
          ]}
          allowDeselect={false}
          {...form.getInputProps("device")}
        />
        <NumberInput label="Replicas" min={1} max={64} allowDecimal={false} {...form.getInputProps("replicas")} />
      </Group>
      <Fold name="deployment-limits" title="Limits" openAtFirst={false} aside={limits === "" ? "automatic" : limits}>
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" verticalSpacing="sm">
          {LIMITS.map(({ name, label, help, unit, min }) => (
            <NumberInput
              key={name}
              label={label}
              description={help}
              inputWrapperOrder={["label", "input", "error", "description"]}
              placeholder="automatic"
              suffix={unit}
              min={min}
              allowDecimal={false}
              value={values[name] ?? ""}
              onChange={(value) => set({ [name]: value === "" ? null : Number(value) })}
              error={form.errors[name]}
            />
          ))}
        </SimpleGrid>
      </Fold>
    </>
  );
}

function exportText(job: ExportJob): string {
  const report = reportOf(job);
  const quality = report && qualityOf(report);
  const parts = [exportTitle(job), quality ? `${quality.name} ${percent(quality.value)}` : "", report ? milliseconds(report.latency.milliseconds) : "", report?.agrees === false ? "disagrees" : ""];
  return parts.filter((part) => part !== "").join(" · ");
}

function qualityText(metrics: Artifact["metrics"]): string {
  const metric = mainMetric(metrics);
  return metric === null ? "not measured" : `${metric.name} ${percent(metric.value)}`;
}
