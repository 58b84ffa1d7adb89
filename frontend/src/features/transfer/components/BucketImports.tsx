import { Button, Group, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { isActive } from "@/api/jobs";
import { Ago } from "@/components/Ago";
import { count, integer } from "@/components/format";
import { IconPlus } from "@/components/icons";
import { JobProgress } from "@/components/JobProgress";
import { notifyProblem } from "@/components/notify";
import { Panel } from "@/components/Panel";
import { QueryView } from "@/components/QueryView";
import { type BucketImport, useBucketImports, useResumeBucketImport, useStopBucketImport } from "../api/buckets";
import { BucketForm } from "./BucketForm";
import { SkippedTable } from "./SkippedTable";

/** What comes from buckets: begun, stopped, gone on with, and looked at again for what is new. */
export function BucketImports({ projectId }: { projectId: string }) {
  const imports = useBucketImports(projectId);
  const [opened, { open, close }] = useDisclosure(false);
  const queries = useQueryClient();
  const taken = (imports.data ?? []).reduce((sum, { counts }) => sum + counts.assets, 0);
  useEffect(() => {
    if (taken > 0) for (const name of ["assets", "project"]) void queries.invalidateQueries({ queryKey: [name, projectId] });
  }, [taken, projectId, queries]);
  return (
    <Panel
      title="From a bucket"
      actions={
        <Button size="compact-sm" variant="default" leftSection={<IconPlus size={14} />} onClick={open}>
          Import from a bucket
        </Button>
      }
    >
      <QueryView query={imports}>
        {(list) =>
          list.length === 0 ? (
            <Text size="sm" c="dimmed">
              Pictures and videos below a prefix of an S3 bucket come in file by file. An import can be stopped, and goes on where it was;
              a second one fetches only what is new.
            </Text>
          ) : (
            <Stack gap="lg">
              {list.map((each) => (
                <One key={each.id} projectId={projectId} one={each} />
              ))}
            </Stack>
          )
        }
      </QueryView>
      {opened && <BucketForm projectId={projectId} onClose={close} />}
    </Panel>
  );
}

function One({ projectId, one }: { projectId: string; one: BucketImport }) {
  const resume = useResumeBucketImport(projectId);
  const stop = useStopBucketImport(projectId);
  const { job, counts, url, updated_at } = one;
  const active = job !== null && isActive(job);
  const skipped = (job?.result as { skipped?: { item: string; reason: string }[] } | null)?.skipped ?? [];
  return (
    <Stack gap={6}>
      {job && (
        <JobProgress job={job} label={url} onCancel={() => stop.mutate(job.id, { onError: (error) => notifyProblem("Stopping", error) })} />
      )}
      <Group justify="space-between" gap="xs">
        <Text size="sm">{told(counts)}</Text>
        <Group gap="xs">
          <Text size="xs" c="dimmed">
            <Ago time={updated_at} />
          </Text>
          {!active && (
            <Button
              size="compact-xs"
              variant="default"
              loading={resume.isPending}
              onClick={() => resume.mutate(one.id, { onError: (error) => notifyProblem("Going on", error) })}
            >
              {job?.status === "succeeded" ? "Look for new ones" : "Go on"}
            </Button>
          )}
        </Group>
      </Group>
      {skipped.length > 0 && <SkippedTable skipped={skipped} />}
    </Stack>
  );
}

function told({ assets, duplicates, known, ignored, refused }: BucketImport["counts"]): string {
  const parts = [
    count(assets, "new file"),
    duplicates > 0 && `${integer(duplicates)} with a content that was here`,
    known > 0 && `${integer(known)} known from before`,
    ignored > 0 && `${integer(ignored)} no pictures`,
    refused > 0 && `${integer(refused)} refused`,
  ];
  return parts.filter((part) => part !== false).join(", ");
}
