import { Button, Checkbox, Group, Modal, NumberInput, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { formErrors } from "@/api/problem";
import type { Snapshot } from "@/api/types";
import { notifyDone } from "@/components/notify";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useCreateSnapshot } from "../api/snapshots";

interface Props {
  projectId: string;
  known: readonly Snapshot[];
  onClose: () => void;
}

export function CreateSnapshot({ projectId, known, onClose }: Props) {
  const create = useCreateSnapshot(projectId);
  const form = useForm({
    initialValues: { name: "", train: 80, val: 20, test: 0, seed: 0, stratify: true },
    validate: {
      val: (value) => (value > 0 ? null : "Leave some images for validation."),
      test: (_, { train, val, test }) => (train + val + test === 100 ? null : `Adds up to ${train + val + test} %, not 100 %.`),
    },
  });
  const submit = form.onSubmit(({ name, train, val, test, seed, stratify }) =>
    create.mutate(
      {
        name: name.trim(),
        split: { train: train / 100, val: val / 100, test: test / 100, seed, stratify },
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
          <Checkbox
            label="Divide every class by these shares"
            description="Rare classes are dealt out first, so that validation sees them, too."
            {...form.getInputProps("stratify", { type: "checkbox" })}
          />
          <Text size="xs" c="dimmed">
            Images that have a split keep it, and so does what an earlier snapshot with these shares has placed. The rest follows from the
            seed: the same state always gives the same split.
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
