import { Alert, Button, Checkbox, Group, Select, Stack } from "@mantine/core";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { isActive, useCancelJob, useJob } from "@/api/jobs";
import { formErrors } from "@/api/problem";
import type { Format } from "@/api/types";
import { bytes } from "@/components/format";
import { IconAlert, IconCheck, IconDownload } from "@/components/icons";
import { JobProgress } from "@/components/JobProgress";
import { notifyProblem } from "@/components/notify";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useProject } from "@/features/projects/api/projects";
import { useSnapshots } from "@/features/snapshots/api/snapshots";
import { useStartExport } from "../api/transfer";
import { losses } from "../model/losses";
import { FormatPicker } from "./FormatPicker";
import { useKeptJob } from "./keptJob";

export function ExportForm({ projectId, formats }: { projectId: string; formats: readonly Format[] }) {
  const exportable = formats.filter((format) => format.export);
  const [format, setFormat] = useState(exportable.find(({ name }) => name === "coco")?.name ?? exportable[0]?.name ?? "");
  const [images, setImages] = useState(true);
  const [query] = useSearchParams();
  const [snapshot, setSnapshot] = useState(query.get("snapshot"));
  const snapshots = useSnapshots(projectId);
  const start = useStartExport(projectId);
  const [kept, keep] = useKeptJob(projectId, "export");
  const job = useJob(start.data?.id ?? kept);
  const project = useProject(projectId).data;
  const picked = exportable.find(({ name }) => name === format);
  const lost = picked && project ? losses(picked, project) : [];
  const cancel = useCancelJob();
  const current = job.data ?? start.data;
  const result = current?.status === "succeeded" ? (current.result as { download_url?: string; size?: number } | null) : null;
  const errors = formErrors(start.error);
  return (
    <Stack gap="sm">
      <FormatPicker label="Export format" formats={exportable} value={format} onChange={setFormat} error={errors["format"]} />
      {lost.length > 0 && (
        <Alert color="orange" icon={<IconAlert />} title="Lost of this project">
          {lost.map((sentence) => (
            <div key={sentence}>{sentence}</div>
          ))}
        </Alert>
      )}
      <Select
        label="Snapshot"
        placeholder="Current state of the project"
        clearable
        data={(snapshots.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        value={snapshot}
        onChange={setSnapshot}
      />
      <Checkbox
        label="Put the images into the ZIP"
        checked={images}
        onChange={(event) => setImages(event.currentTarget.checked)}
      />
      <ProblemAlert error={start.error} doing="Exporting" known={["format"]} />
      <Group>
        <Button
          loading={start.isPending || isActive(current)}
          onClick={() => start.mutate({ format, snapshot, images }, { onSuccess: ({ id }) => keep(id) })}
        >
          Export
        </Button>
      </Group>
      {current && current.status !== "succeeded" && (
        <JobProgress
          job={current}
          label="Export"
          onCancel={() => cancel.mutate(current.id, { onError: (error) => notifyProblem("Cancelling", error) })}
        />
      )}
      {result?.download_url !== undefined && (
        <Alert color="tile" icon={<IconCheck />} title="Export ready" role="status">
          <Button component="a" href={result.download_url} download size="xs" mt={4} leftSection={<IconDownload />}>
            Download{result.size !== undefined ? ` (${bytes(result.size)})` : ""}
          </Button>
        </Alert>
      )}
    </Stack>
  );
}
