import { Alert, Button, Checkbox, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { formErrors } from "@/api/problem";
import type { Scope } from "@/api/types";
import { CodeBlock, CopyButton } from "@/components/Code";
import { IconAlert } from "@/components/icons";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useCreateKey } from "../api/workspace";

const SCOPES: { value: Scope; label: string }[] = [
  { value: "read", label: "Read: see projects, images, runs and results" },
  { value: "annotate", label: "Annotate: upload images and change labels" },
  { value: "train", label: "Train: manage projects, start and stop runs" },
  { value: "deploy", label: "Deploy: put models into service" },
  { value: "predict", label: "Predict: send images to deployments" },
  { value: "admin", label: "Admin: everything, members and keys included" },
];

export function CreateKey({ workspace, onClose }: { workspace: string; onClose: () => void }) {
  const create = useCreateKey(workspace);
  const form = useForm({
    initialValues: { name: "", scopes: ["read", "predict"] as Scope[] },
    validate: {
      name: (value) => (value.trim() === "" ? "Name the key after the program that will use it." : null),
      scopes: (value) => (value.length === 0 ? "Choose at least one." : null),
    },
  });
  const submit = form.onSubmit((values) =>
    create.mutate(values, { onError: (error) => form.setErrors(formErrors(error)) }),
  );
  const secret = create.data?.key;
  if (secret != null) {
    return (
      <Modal opened onClose={onClose} title={`Key “${create.data?.name ?? ""}” created`} closeOnClickOutside={false}>
        <Stack gap="sm">
          <Alert color="orange" icon={<IconAlert />} title="Copy it now">
            This is the only time the key is shown. It is stored as a hash and cannot be read again.
          </Alert>
          <CodeBlock code={secret} label="API key" />
          <Group justify="flex-end" gap="xs">
            <CopyButton value={secret} label="Copy key" />
            <Button onClick={onClose}>Done</Button>
          </Group>
        </Stack>
      </Modal>
    );
  }
  return (
    <Modal opened onClose={onClose} title="New API key">
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <TextInput label="Name" maxLength={120} placeholder="Production line 3" data-autofocus {...form.getInputProps("name")} />
          <Checkbox.Group label="Scopes" {...form.getInputProps("scopes")}>
            <Stack gap={8} mt={6}>
              {SCOPES.map(({ value, label }) => (
                <Checkbox key={value} value={value} label={label} />
              ))}
            </Stack>
          </Checkbox.Group>
          <ProblemAlert error={create.error} known={Object.keys(form.values)} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={create.isPending}>
              Create key
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
