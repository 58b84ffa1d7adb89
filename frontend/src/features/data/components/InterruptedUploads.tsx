import { Alert, Button, Group, Text } from "@mantine/core";
import { bytes, count } from "@/components/format";
import { IconUpload } from "@/components/icons";
import { notifyProblem } from "@/components/notify";
import { useForgetUploads, useInterruptedUploads } from "../api/interrupted";
import type { Upload } from "../model/uploads";

const NAMED = 4;

/** Large files of which a part has arrived, and which nobody is sending here. */
export function InterruptedUploads({ projectId, uploads }: { projectId: string; uploads: readonly Upload[] }) {
  const here = new Set(uploads.map(({ name }) => name));
  const interrupted = (useInterruptedUploads(projectId).data ?? []).filter(({ filename }) => !here.has(filename));
  const forget = useForgetUploads(projectId);
  if (interrupted.length === 0) return null;
  const names = interrupted.slice(0, NAMED).map(({ filename, offset, length }) => `${filename} (${bytes(offset)} of ${bytes(length ?? 0)})`);
  const more = interrupted.length - names.length;
  return (
    <Alert icon={<IconUpload />} title={`${count(interrupted.length, "upload")} broke off`} mb={14}>
      <Group justify="space-between" gap="sm">
        <Text size="sm">
          {names.join(", ")}
          {more > 0 && `, and ${more} more`}. Choose or drop the same files again: they go on where they were.
        </Text>
        <Button
          size="compact-xs"
          variant="default"
          loading={forget.isPending}
          onClick={() => forget.mutate(interrupted.map(({ id }) => id), { onError: (error) => notifyProblem("Forgetting uploads", error) })}
        >
          Forget {interrupted.length === 1 ? "it" : "them"}
        </Button>
      </Group>
    </Alert>
  );
}
