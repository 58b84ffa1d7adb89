import { Button, Group, Modal, Select, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import type { Project } from "@/api/types";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useProject, useProjects } from "@/features/projects/api/projects";

interface Props {
  projectId: string;
  named: string;
  loading: boolean;
  onMove: (project: Pick<Project, "id" | "name">) => void;
}

/** Moves the selected images into another project of the workspace. */
export function MoveButton({ projectId, named, loading, onMove }: Props) {
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button size="xs" variant="default" loading={loading} onClick={open}>
        Move
      </Button>
      <Modal opened={opened} onClose={close} title={`Move ${named}`} size="sm">
        <MoveForm
          projectId={projectId}
          onClose={close}
          onMove={(project) => {
            close();
            onMove(project);
          }}
        />
      </Modal>
    </>
  );
}

function MoveForm({ projectId, onClose, onMove }: Pick<Props, "projectId" | "onMove"> & { onClose: () => void }) {
  const projects = useProjects();
  const workspace = useProject(projectId).data?.workspace;
  const [chosen, setChosen] = useState<string | null>(null);
  const others = (projects.data ?? []).filter((each) => each.id !== projectId && each.workspace === workspace);
  const project = others.find(({ id }) => id === chosen);
  if (projects.data && others.length === 0) {
    return <Text size="sm">This workspace has no other project. Create one first, then move the images there.</Text>;
  }
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        Annotations come along. Classes are matched by their names; those that the other project lacks are made there.
      </Text>
      <Select
        label="To the project"
        placeholder="Choose one"
        searchable
        data={others.map(({ id, name }) => ({ value: id, label: name }))}
        value={chosen}
        onChange={setChosen}
        disabled={!projects.data}
        data-autofocus
      />
      <ProblemAlert error={projects.error} doing="Loading the projects" />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button disabled={project === undefined} onClick={() => project && onMove(project)}>
          Move
        </Button>
      </Group>
    </Stack>
  );
}
