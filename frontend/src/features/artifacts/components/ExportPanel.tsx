import { Button, Group, Select, Stack, Table, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { isActive, useCancelJob, useJob } from "@/api/jobs";
import { formErrors } from "@/api/problem";
import type { Artifact, Job } from "@/api/types";
import { bytes, compact } from "@/components/format";
import { IconDownload } from "@/components/icons";
import { JobProgress } from "@/components/JobProgress";
import { notifyProblem } from "@/components/notify";
import { Panel } from "@/components/Panel";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useExport, useExports } from "../api/artifacts";
import { describeFigure } from "../model/exports";

const FORMATS = [
  { value: "onnx", label: "ONNX" },
  { value: "openvino", label: "OpenVINO" },
  { value: "torch", label: "PyTorch bundle" },
];
const QUANTIZATION = [
  { value: "none", label: "None (fp32)" },
  { value: "fp16", label: "fp16" },
  { value: "int8", label: "int8" },
];

export function ExportPanel({ artifact }: { artifact: Artifact }) {
  const [format, setFormat] = useState("onnx");
  const [quantization, setQuantization] = useState("none");
  const start = useExport(artifact.id);
  const exports = useExports(artifact.id);
  const job = useJob(start.data?.id ?? null);
  const cancel = useCancelJob();
  const queries = useQueryClient();
  const current = job.data ?? start.data;
  const status = current?.status;
  const errors = formErrors(start.error);
  useEffect(() => {
    if (status === "succeeded") void queries.invalidateQueries({ queryKey: ["artifact", artifact.id, "exports"] });
  }, [status, artifact.id, queries]);
  const done = (exports.data ?? []).filter((one) => one.status === "succeeded");
  return (
    <Panel title="Export the model">
      <Stack gap="sm">
        <Group gap="sm" align="flex-end">
          <Select size="xs" w={160} label="Model format" data={FORMATS} value={format} onChange={(value) => setFormat(value ?? "onnx")} allowDeselect={false} error={errors["format"]} />
          <Select
            size="xs"
            w={140}
            label="Quantization"
            data={QUANTIZATION}
            value={quantization}
            onChange={(value) => setQuantization(value ?? "none")}
            allowDeselect={false}
            error={errors["quantization"]}
          />
          <Button size="xs" loading={start.isPending || isActive(current)} onClick={() => start.mutate({ format, quantization })}>
            Export model
          </Button>
        </Group>
        <ProblemAlert error={start.error} doing="Exporting" known={["format", "quantization"]} />
        {current && status !== "succeeded" && (
          <JobProgress
            job={current}
            label="Model export"
            onCancel={() => cancel.mutate(current.id, { onError: (error) => notifyProblem("Cancelling", error) })}
          />
        )}
        <Done jobs={done} />
      </Stack>
    </Panel>
  );
}

function Done({ jobs }: { jobs: readonly Job[] }) {
  if (jobs.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Not exported yet. An export is measured against the original: how close its answers are, and how fast.
      </Text>
    );
  }
  return (
    <Table aria-label="Exports">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Format</Table.Th>
          <Table.Th ta="right">Size</Table.Th>
          <Table.Th>Parity</Table.Th>
          <Table.Th>Latency</Table.Th>
          <Table.Th aria-label="Download" />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {jobs.map(({ id, result }) => (
          <Table.Tr key={id}>
            <Table.Td>
              {String(result?.["format"] ?? "")} {result?.["quantization"] === "none" ? "" : String(result?.["quantization"] ?? "")}
            </Table.Td>
            <Table.Td ta="right" style={{ whiteSpace: "nowrap" }}>{typeof result?.["size"] === "number" ? bytes(result["size"]) : "–"}</Table.Td>
            <Table.Td>{describeFigure(result?.["parity"], compact)}</Table.Td>
            <Table.Td>{describeFigure(result?.["latency"], compact)}</Table.Td>
            <Table.Td ta="right">
              {typeof result?.["download_url"] === "string" && (
                <Button size="compact-xs" variant="default" component="a" href={result["download_url"]} download leftSection={<IconDownload size={13} />}>
                  Download
                </Button>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
