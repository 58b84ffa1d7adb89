import { Button, Group, Modal, Select, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useNavigate } from "react-router";
import { formErrors } from "@/api/problem";
import type { Workflow } from "@/api/types";
import { notifyDone } from "@/components/notify";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useProjects } from "@/features/projects/api/projects";
import { useDuplicate } from "../api/workflows";

interface Props {
  workflow: Workflow;
  onClose: () => void;
}

/** A copy of a workflow under another name, here or in another project. */
export function DuplicateDialog({ workflow, onClose }: Props) {
  const navigate = useNavigate();
  const projects = useProjects();
  const duplicate = useDuplicate();
  const [name, setName] = useState(`${workflow.name} copy`);
  const [project, setProject] = useState(workflow.project);
  const errors = formErrors(duplicate.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    duplicate.mutate(
      { workflow: workflow.id, name: name.trim(), project },
      {
        onSuccess: (copy) => {
          notifyDone(`“${copy.name}” made`);
          onClose();
          void navigate(`/projects/${copy.project}/training/${copy.id}`);
        },
      },
    );
  };
  const task = projects.data?.find(({ id }) => id === workflow.project)?.task;
  const list = (projects.data ?? []).filter((one) => one.task === task);
  return (
    <Modal opened onClose={onClose} title={`Duplicate “${workflow.name}”`} size="sm">
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <TextInput data-autofocus label="Name" maxLength={120} value={name} onChange={(event) => setName(event.currentTarget.value)} error={errors["name"]} />
          <Select
            label="Project"
            description="Of the same task. An earlier artifact or an uploaded file does not come along."
            inputWrapperOrder={["label", "input", "error", "description"]}
            data={list.map(({ id, name: title }) => ({ value: id, label: id === workflow.project ? `${title} (this one)` : title }))}
            value={project}
            onChange={(id) => id !== null && setProject(id)}
            allowDeselect={false}
            searchable
            error={errors["project"]}
          />
          <ProblemAlert error={duplicate.error} doing="Duplicating" known={["name", "project"]} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={duplicate.isPending}>
              Duplicate
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
