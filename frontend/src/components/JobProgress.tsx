import { Alert, Button, Group, Progress, Text } from "@mantine/core";
import type { Job } from "@/api/types";
import { IconAlert } from "./icons";
import { StatusBadge } from "./StatusBadge";

interface Props {
  job: Job;
  label: string;
  onCancel?: () => void;
}

/** How far a job is; a failed one says why. */
export function JobProgress({ job, label, onCancel }: Props) {
  const active = job.status === "queued" || job.status === "running";
  if (job.status === "failed") {
    return (
      <Alert color="red" icon={<IconAlert />} title={`${label} failed: ${job.error?.title ?? "unknown reason"}`} role="alert">
        {job.error?.detail}
        {job.error?.errors?.map(({ field, message }) => (
          <div key={field}>
            {field}: {message}
          </div>
        ))}
      </Alert>
    );
  }
  return (
    <div>
      <Group justify="space-between" mb={6} wrap="nowrap">
        <Group gap="xs" wrap="nowrap" miw={0}>
          <Text size="sm" fw={600} truncate>
            {label}
          </Text>
          <StatusBadge status={job.status} />
        </Group>
        {active && onCancel && (
          <Button size="compact-xs" variant="default" onClick={onCancel}>
            Cancel
          </Button>
        )}
      </Group>
      <Progress value={job.progress * 100} animated={active} aria-label={`${label} progress`} />
      <Text size="xs" c="dimmed" mt={4} mih={18} truncate>
        {job.message !== "" ? job.message : job.status === "queued" ? "Waiting for a worker" : ""}
      </Text>
    </div>
  );
}
