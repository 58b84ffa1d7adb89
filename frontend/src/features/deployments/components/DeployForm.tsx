import { Alert, Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useNavigate } from "react-router";
import { formErrors } from "@/api/problem";
import type { Artifact } from "@/api/types";
import { ProblemAlert } from "@/components/ProblemAlert";
import { bestFirst } from "@/features/artifacts/model/titles";
import { type NewDeployment, useCreateDeployment } from "../api/deployments";
import { freshName } from "../model/names";
import { SettingsFields } from "./SettingsFields";

interface Props {
  projectId: string;
  artifacts: readonly Artifact[];
  taken: readonly string[];
  wanted: string | null;
  onClose: () => void;
}

export function DeployForm({ projectId, artifacts, taken, wanted, onClose }: Props) {
  const navigate = useNavigate();
  const create = useCreateDeployment(projectId);
  const chosen = artifacts.find(({ id }) => id === wanted) ?? bestFirst(artifacts)[0];
  const initialValues: NewDeployment = {
    name: freshName(chosen, taken),
    artifact: chosen?.id ?? "",
    device: "cpu",
    runtime: "openvino",
    quantization: "none",
    replicas: 1,
  };
  const form = useForm({
    initialValues,
    validate: {
      name: (value) => (value.trim() === "" ? "Name the deployment." : null),
      artifact: (value) => (value === "" ? "Choose an artifact." : null),
    },
  });
  const submit = form.onSubmit((values) =>
    create.mutate(values, {
      onSuccess: ({ id }) => void navigate(`/projects/${projectId}/deployments/${id}`),
      onError: (error) => form.setErrors(formErrors(error)),
    }),
  );
  return (
    <Modal opened onClose={onClose} title="New deployment">
      {artifacts.length === 0 ? (
        <Alert title="Nothing to deploy yet">Train a model first: its checkpoints become artifacts, and those can be deployed.</Alert>
      ) : (
        <form onSubmit={submit} noValidate>
          <Stack gap="sm">
            <TextInput label="Name" data-autofocus {...form.getInputProps("name")} />
            <SettingsFields form={form} projectId={projectId} artifacts={artifacts} />
            <ProblemAlert error={create.error} known={Object.keys(form.values)} />
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={onClose}>
                Cancel
              </Button>
              <Button type="submit" loading={create.isPending}>
                Deploy
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}
