import { Button, Group, Modal, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { formErrors } from "@/api/problem";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useStartBucketImport } from "../api/buckets";

const FIELDS = ["url", "endpoint", "region", "access_key", "secret_key", "include"];

export function BucketForm({ projectId, onClose }: { projectId: string; onClose: () => void }) {
  const start = useStartBucketImport(projectId);
  const form = useForm({
    initialValues: { url: "", endpoint: "", region: "", access_key: "", secret_key: "", include: "" },
    validate: { url: (value) => (/^s3:\/\/[^/]+/.test(value.trim()) ? null : "Give it as s3://bucket/prefix.") },
  });
  const submit = form.onSubmit((values) =>
    start.mutate(
      { ...values, url: values.url.trim(), endpoint: values.endpoint.trim().replace(/\/+$/, "") },
      { onSuccess: onClose, onError: (error) => form.setErrors(formErrors(error)) },
    ),
  );
  return (
    <Modal opened onClose={onClose} title="Import from a bucket" size="md">
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <TextInput label="Bucket and prefix" placeholder="s3://photos/street/" data-autofocus {...form.getInputProps("url")} />
          <Group grow align="flex-start" gap="sm">
            <TextInput label="Access key" autoComplete="off" {...form.getInputProps("access_key")} />
            <PasswordInput label="Secret key" autoComplete="off" {...form.getInputProps("secret_key")} />
          </Group>
          <Group grow align="flex-start" gap="sm">
            <TextInput label="Server" description="Of MinIO, Ceph and others" placeholder="Amazon S3" {...form.getInputProps("endpoint")} />
            <TextInput label="Region" description="Where the bucket lies" placeholder="us-east-1" {...form.getInputProps("region")} />
          </Group>
          <TextInput label="Only names like" placeholder="*/left/*.jpg" {...form.getInputProps("include")} />
          <Text size="xs" c="dimmed">
            Keys are kept sealed and never shown again. Leave them empty where anybody may read the bucket.
          </Text>
          <ProblemAlert error={start.error} known={FIELDS} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={start.isPending}>
              Import
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
