import { Alert, Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useEffect, useState } from "react";
import { useNavigate } from "react-router";
import { formErrors } from "@/api/problem";
import type { Artifact } from "@/api/types";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useExports } from "@/features/artifacts/api/exports";
import { bestFirst } from "@/features/artifacts/model/titles";
import { type NewDeployment, useCreateDeployment } from "../api/deployments";
import { freshName } from "../model/names";
import { refusals } from "../model/gates";
import { NO_LIMITS, RUNTIME_OF } from "../model/settings";
import { GateRefusal } from "./GateRefusal";
import { SettingsFields } from "./SettingsFields";
import { SleepField } from "./SleepField";

interface Props {
  projectId: string;
  artifacts: readonly Artifact[];
  taken: readonly string[];
  wanted: string | null;
  /** An export that is to be served. */
  wantedExport: string | null;
  onClose: () => void;
}

export function DeployForm({ projectId, artifacts, taken, wanted, wantedExport, onClose }: Props) {
  const navigate = useNavigate();
  const create = useCreateDeployment(projectId);
  const chosen = artifacts.find(({ id }) => id === wanted) ?? bestFirst(artifacts)[0];
  const initialValues: NewDeployment = {
    ...NO_LIMITS,
    name: freshName(chosen, taken),
    artifact: chosen?.id ?? "",
    device: "cpu",
    runtime: "openvino",
    quantization: "none",
    replicas: 1,
    idle_minutes: null,
  };
  const form = useForm({
    initialValues,
    validate: {
      name: (value) => (value.trim() === "" ? "Name the deployment." : null),
      artifact: (value) => (value === "" ? "Choose an artifact." : null),
    },
  });
  const exports = useExports(chosen?.id ?? "");
  const given = exports.data?.find(({ id }) => id === wantedExport);
  const { setValues } = form;
  useEffect(() => {
    if (given) setValues({ export: given.id, quantization: given.quantization, runtime: RUNTIME_OF[given.format] ?? "torch" });
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [given?.id]);
  // Of this artifact alone: another one that is chosen has to be asked about anew.
  const [overridden, setOverridden] = useState<string | null>(null);
  const refused = refusals(create.error).length > 0;
  const submit = form.onSubmit((values) =>
    create.mutate(overridden === values.artifact ? { ...values, override_gates: true } : values, {
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
            <SleepField value={form.values.idle_minutes} onChange={(idle_minutes) => form.setValues({ idle_minutes })} error={form.errors["idle_minutes"]} />
            <GateRefusal error={create.error} projectId={projectId} artifact={form.values.artifact} overridden={overridden === form.values.artifact} onOverridden={(yes) => setOverridden(yes ? form.values.artifact : null)} />
            {!refused && <ProblemAlert error={create.error} known={Object.keys(form.values)} />}
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
