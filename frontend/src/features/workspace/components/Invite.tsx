import { Alert, Button, Group, Modal, Select, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { formErrors } from "@/api/problem";
import type { Role } from "@/api/types";
import { CodeBlock, CopyButton } from "@/components/Code";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useInvite } from "../api/workspace";
import { ROLE_HELP, ROLES } from "../model/roles";

export function Invite({ workspace, onClose }: { workspace: string; onClose: () => void }) {
  const invite = useInvite(workspace);
  const form = useForm({
    initialValues: { email: "", role: "annotator" as Role },
    validate: { email: (value) => (/^\S+@\S+$/.test(value) ? null : "Enter an email address.") },
  });
  const submit = form.onSubmit((values) =>
    invite.mutate(values, { onError: (error) => form.setErrors(formErrors(error)) }),
  );
  const token = invite.data?.token;
  if (token != null) {
    const link = `${window.location.origin}/join?token=${encodeURIComponent(token)}`;
    return (
      <Modal opened onClose={onClose} title={`${invite.data?.email ?? ""} is invited`} closeOnClickOutside={false}>
        <Stack gap="sm">
          <Alert title="Send them this link">It is shown only now. Whoever opens it can join as this person.</Alert>
          <CodeBlock code={link} label="Invitation link" />
          <Group justify="flex-end" gap="xs">
            <CopyButton value={link} label="Copy link" />
            <Button onClick={onClose}>Done</Button>
          </Group>
        </Stack>
      </Modal>
    );
  }
  return (
    <Modal opened onClose={onClose} title="Invite a member">
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <TextInput label="Email" type="email" data-autofocus {...form.getInputProps("email")} />
          <Select
            label="Role"
            description={ROLE_HELP[form.values.role]}
            data={ROLES.filter(({ value }) => value !== "owner")}
            allowDeselect={false}
            {...form.getInputProps("role")}
          />
          <ProblemAlert error={invite.error} known={Object.keys(form.values)} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={invite.isPending}>
              Invite
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
