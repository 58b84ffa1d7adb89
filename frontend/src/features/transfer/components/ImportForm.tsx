import { Alert, Button, Checkbox, Group, Progress, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link } from "react-router";
import { isActive, useCancelJob, useJob } from "@/api/jobs";
import { formErrors } from "@/api/problem";
import type { Format, ImportResult } from "@/api/types";
import { FileDrop } from "@/components/FileDrop";
import { bytes, count } from "@/components/format";
import { IconCheck, IconUpload } from "@/components/icons";
import { JobProgress } from "@/components/JobProgress";
import { notifyProblem } from "@/components/notify";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useStartImport } from "../api/transfer";
import { accepted, guess } from "../model/formats";
import { formatOfNames, zipNames } from "../model/zipNames";
import { FormatPicker } from "./FormatPicker";
import { useKeptJob } from "./keptJob";
import { SkippedTable } from "./SkippedTable";

export function ImportForm({ projectId, formats }: { projectId: string; formats: readonly Format[] }) {
  const importable = formats.filter((format) => format.import);
  const [format, setFormat] = useState(importable.find(({ name }) => name === "coco")?.name ?? importable[0]?.name ?? "");
  const [file, setFile] = useState<File | null>(null);
  const [createClasses, setCreateClasses] = useState(true);
  const [sent, setSent] = useState(0);
  const start = useStartImport(projectId);
  const [kept, keep] = useKeptJob(projectId, "import");
  const job = useJob(start.data?.id ?? kept);
  const cancel = useCancelJob();
  const queries = useQueryClient();
  const errors = formErrors(start.error);
  const current = job.data ?? start.data;
  const done = current?.status === "succeeded";

  useEffect(() => {
    if (!done) return;
    for (const key of ["assets", "classes", "project"]) void queries.invalidateQueries({ queryKey: [key, projectId] });
  }, [done, projectId, queries]);

  const take = ([first]: File[]) => {
    if (!first) return;
    start.reset();
    keep(null);
    setFile(first);
    const guessed = guess(first.name, formats);
    if (guessed !== null) setFormat(guessed);
    void zipNames(first).then((names) => {
      const inside = formatOfNames(names);
      if (importable.some(({ name }) => name === inside)) setFormat(inside ?? "");
    });
  };
  const send = () => {
    if (!file) return;
    setSent(0);
    start.mutate({ format, file, createClasses, onProgress: setSent }, { onSuccess: ({ id }) => keep(id) });
  };
  const busy = start.isPending || isActive(current);
  return (
    <Stack gap="sm">
      <FormatPicker label="Import format" formats={importable} value={format} onChange={setFormat} error={errors["format"]} />
      <FileDrop label="Import file" accept={accepted(importable.find(({ name }) => name === format))} onFiles={take}>
        <IconUpload size={20} />
        <Text size="sm" fw={500}>
          {file === null ? "Drop an annotation file or a ZIP, or click to choose" : file.name}
        </Text>
        <Text size="xs" c="dimmed">
          {file === null ? "Images inside become images of the project; others are matched by file name." : bytes(file.size)}
        </Text>
      </FileDrop>
      {errors["file"] !== undefined && (
        <Text size="sm" c="red">
          {errors["file"]}
        </Text>
      )}
      <Checkbox
        label="Create classes that the project does not have"
        checked={createClasses}
        onChange={(event) => setCreateClasses(event.currentTarget.checked)}
      />
      <ProblemAlert error={start.error} doing="Importing" known={["format", "file"]} />
      <Group>
        <Button onClick={send} disabled={file === null} loading={busy}>
          Import
        </Button>
      </Group>
      {start.isPending && <Progress value={sent * 100} aria-label="Upload progress" />}
      {current && !done && (
        <JobProgress
          job={current}
          label="Import"
          onCancel={() => cancel.mutate(current.id, { onError: (error) => notifyProblem("Cancelling", error) })}
        />
      )}
      {done && current.result && <Result projectId={projectId} result={current.result as unknown as ImportResult} />}
    </Stack>
  );
}

function Result({ projectId, result }: { projectId: string; result: ImportResult }) {
  const { assets, annotations, classes, skipped } = result;
  const nothing = assets + annotations + classes === 0 && skipped.length === 0;
  return (
    <Stack gap="sm">
      <Alert color="tile" icon={<IconCheck />} title="Import finished" role="status">
        {nothing
          ? "Everything in this file was here already."
          : `${count(assets, "image")}, ${count(annotations, "annotation")} and ${count(classes, "class", "classes")} came in`}
        {skipped.length > 0 && `; ${count(skipped.length, "item")} ${skipped.length === 1 ? "was" : "were"} skipped`}
        {!nothing && "."}{" "}
        <Link to={`/projects/${projectId}/data`} className="tess-link">
          See the images
        </Link>
      </Alert>
      {skipped.length > 0 && <SkippedTable skipped={skipped} />}
    </Stack>
  );
}
