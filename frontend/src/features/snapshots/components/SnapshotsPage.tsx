import { Button, Group, Modal, NumberInput, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import { Link } from "react-router";
import { formErrors } from "@/api/problem";
import type { Snapshot } from "@/api/types";
import { Ago } from "@/components/Ago";
import { CopyIcon } from "@/components/Code";
import { type Column, DataTable } from "@/components/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { integer } from "@/components/format";
import { IconPlus, IconSnapshot } from "@/components/icons";
import { notifyDone } from "@/components/notify";
import { PageHeader } from "@/components/PageHeader";
import { Panel } from "@/components/Panel";
import { ProblemAlert } from "@/components/ProblemAlert";
import { QueryView } from "@/components/QueryView";
import { useProjectId } from "@/components/route";
import { useShortcut } from "@/components/shortcuts";
import { useCreateSnapshot, useSnapshots } from "../api/snapshots";

export function SnapshotsPage() {
  const projectId = useProjectId();
  const snapshots = useSnapshots(projectId);
  const [opened, { open, close }] = useDisclosure(false);
  useShortcut("n", "New snapshot", open);
  const create = (
    <Button leftSection={<IconPlus />} onClick={open}>
      New snapshot
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Snapshots"
        sub="Immutable states of the data set with their split. Every run trains on one."
        actions={(snapshots.data?.length ?? 0) > 0 && create}
      />
      <QueryView query={snapshots}>
        {(list) => (
          <Panel flush>
            {list.length === 0 ? (
              <EmptyState icon={<IconSnapshot size={34} />} title="No snapshots yet" action={create}>
                A snapshot fixes images, labels and split, so that a result can be repeated. A training run makes one by itself where
                you choose none.
              </EmptyState>
            ) : (
              <DataTable label="Snapshots" columns={COLUMNS} rows={list} keyOf={({ id }) => id} />
            )}
          </Panel>
        )}
      </QueryView>
      {opened && <CreateSnapshot projectId={projectId} known={snapshots.data ?? []} onClose={close} />}
    </>
  );
}

const COLUMNS: Column<Snapshot>[] = [
  { title: "Name", cell: ({ name }) => <b>{name}</b> },
  {
    title: "Digest",
    cell: ({ digest }) => (
      <Group gap={2} wrap="nowrap">
        <code>{digest.slice(0, 10)}</code>
        <CopyIcon value={digest} label="Copy digest" />
      </Group>
    ),
  },
  { title: "Images", align: "right", cell: ({ counts }) => integer(counts.assets) },
  { title: "Train", align: "right", cell: ({ counts }) => integer(counts.train) },
  { title: "Validation", align: "right", cell: ({ counts }) => integer(counts.val) },
  { title: "Test", align: "right", cell: ({ counts }) => integer(counts.test) },
  { title: "Annotations", align: "right", cell: ({ counts }) => integer(counts.annotations) },
  { title: "Made", dimmed: true, cell: ({ created_at }) => <Ago time={created_at} /> },
  {
    title: "",
    align: "right",
    cell: ({ id, project, name }) => (
      <Button
        size="compact-xs"
        variant="default"
        component={Link}
        to={`/projects/${project}/training/new?snapshot=${id}`}
        aria-label={`Train on ${name}`}
      >
        Train on it
      </Button>
    ),
  },
];

interface CreateProps {
  projectId: string;
  known: readonly Snapshot[];
  onClose: () => void;
}

function CreateSnapshot({ projectId, known, onClose }: CreateProps) {
  const create = useCreateSnapshot(projectId);
  const form = useForm({
    initialValues: { name: "", train: 80, val: 20, test: 0, seed: 0 },
    validate: {
      val: (value) => (value > 0 ? null : "Leave some images for validation."),
      test: (_, { train, val, test }) => (train + val + test === 100 ? null : `Adds up to ${train + val + test} %, not 100 %.`),
    },
  });
  const submit = form.onSubmit(({ name, train, val, test, seed }) =>
    create.mutate(
      {
        name: name.trim(),
        split: { train: train / 100, val: val / 100, test: test / 100, seed },
      },
      {
        onSuccess: (snapshot) => {
          const isOld = known.some(({ id }) => id === snapshot.id);
          notifyDone(isOld ? `Nothing changed since “${snapshot.name}”: that snapshot still holds` : `Snapshot “${snapshot.name}” made`);
          onClose();
        },
        onError: (error) => form.setErrors(formErrors(error, "split")),
      },
    ),
  );
  return (
    <Modal opened onClose={onClose} title="New snapshot" size="md">
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <TextInput label="Name" maxLength={120} placeholder="Named by number when left empty" data-autofocus {...form.getInputProps("name")} />
          <Group gap="sm" grow align="flex-start">
            <NumberInput label="Train %" min={0} max={100} {...form.getInputProps("train")} />
            <NumberInput label="Validation %" min={0} max={100} {...form.getInputProps("val")} />
            <NumberInput label="Test %" min={0} max={100} {...form.getInputProps("test")} />
            <NumberInput label="Seed" min={0} {...form.getInputProps("seed")} />
          </Group>
          <Text size="xs" c="dimmed">
            Images that have a split keep it. The others are dealt out by these shares, always in the same way for the same seed.
          </Text>
          <ProblemAlert error={create.error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={create.isPending}>
              Make snapshot
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
