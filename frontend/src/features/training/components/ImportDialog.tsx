import { Alert, Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useNavigate } from "react-router";
import { formErrors } from "@/api/problem";
import { FileDrop } from "@/components/FileDrop";
import { bytes } from "@/components/format";
import { IconAlert, IconFile } from "@/components/icons";
import { notifyDone } from "@/components/notify";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useImportWorkflow } from "../api/workflows";
import { pathsOf } from "../model/errors";
import classes from "./ImportDialog.module.css";

interface Props {
  projectId: string;
  onClose: () => void;
}

/** A workflow from a file that somebody shared; what is wrong in it is said field by field. */
export function ImportDialog({ projectId, onClose }: Props) {
  const navigate = useNavigate();
  const [file, setFile] = useState<File | null>(null);
  const [name, setName] = useState("");
  const load = useImportWorkflow(projectId);
  const wrong = Object.entries(pathsOf(formErrors(load.error)));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!file) return;
    load.mutate(
      { file, name: name.trim() },
      {
        onSuccess: (workflow) => {
          notifyDone(`“${workflow.name}” imported`);
          void navigate(`/projects/${projectId}/training/${workflow.id}`);
        },
      },
    );
  };
  return (
    <Modal opened onClose={onClose} title="Import a workflow" size="md">
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <FileDrop
            label="Workflow file"
            accept=".yaml,.yml,.json"
            onFiles={([first]) => {
              load.reset();
              setFile(first ?? null);
            }}
          >
            <IconFile size={20} />
            <Text size="sm" fw={500}>
              {file === null ? "Drop a workflow file, or click to choose" : file.name}
            </Text>
            <Text size="xs" c="dimmed">
              {file === null ? "YAML or JSON, as “Export” of a workflow gives it." : bytes(file.size)}
            </Text>
          </FileDrop>
          <TextInput
            label="Name"
            description="Empty: as the file says."
            inputWrapperOrder={["label", "input", "error", "description"]}
            maxLength={120}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          {wrong.length > 0 ? (
            <Alert color="red" icon={<IconAlert />} role="alert" title={wrong.length === 1 ? "One field of the file is not right" : `${wrong.length} fields of the file are not right`}>
              <ul className={classes.list}>
                {wrong.map(([path, message]) => (
                  <li key={path} title={message}>
                    <b>{path === "" ? "file" : path}</b> {message}
                  </li>
                ))}
              </ul>
            </Alert>
          ) : (
            <ProblemAlert error={load.error} doing="Importing" />
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" disabled={file === null} loading={load.isPending}>
              Import
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
