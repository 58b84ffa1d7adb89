import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useNavigate } from "react-router";
import { FileDrop } from "@/components/FileDrop";
import { bytes } from "@/components/format";
import { IconFile } from "@/components/icons";
import { notifyDone } from "@/components/notify";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useImportWorkflow } from "../api/workflows";

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
          <ProblemAlert error={load.error} doing="Importing" />
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
