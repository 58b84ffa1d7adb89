import { Button, Group, Modal, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useNavigate } from "react-router";
import { formErrors } from "@/api/problem";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useSession } from "@/features/session/api/session";
import { mayBuild } from "@/features/session/model/access";
import { type NewProject, useCreateProject } from "../api/projects";

const TASKS = [
  { value: "semantic", label: "Semantic segmentation: one class a pixel" },
  { value: "instance", label: "Instance segmentation: every object by itself" },
  { value: "panoptic", label: "Panoptic segmentation: both together" },
];

const MEDIA = [
  { value: "image", label: "Images" },
  { value: "video", label: "Videos" },
  { value: "mixed", label: "Images and videos" },
];

export function CreateProject({ onClose }: { onClose: () => void }) {
  const { data: session } = useSession();
  const navigate = useNavigate();
  const create = useCreateProject();
  const workspaces = (session?.workspaces ?? []).filter(({ role }) => mayBuild(role));
  const initialValues: NewProject = {
    workspace: workspaces[0]?.id ?? "",
    name: "",
    description: "",
    task: "semantic",
    media: "image",
  };
  const form = useForm({
    initialValues,
    validate: { name: (value) => (value.trim() === "" ? "Name the project." : null) },
  });
  const submit = form.onSubmit((values) =>
    create.mutate(values, {
      onSuccess: (project) => void navigate(`/projects/${project.id}/data`),
      onError: (error) => form.setErrors(formErrors(error)),
    }),
  );
  return (
    <Modal opened onClose={onClose} title="New project">
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <TextInput label="Name" maxLength={120} placeholder="Squirrels and butterflies" data-autofocus {...form.getInputProps("name")} />
          <Textarea label="Description" autosize minRows={2} {...form.getInputProps("description")} />
          <Select label="Task" data={TASKS} allowDeselect={false} {...form.getInputProps("task")} />
          <Select
            label="Media"
            description="What may be uploaded. Like the task, this stays."
            data={MEDIA}
            allowDeselect={false}
            {...form.getInputProps("media")}
          />
          {workspaces.length > 1 && (
            <Select
              label="Workspace"
              data={workspaces.map(({ id, name }) => ({ value: id, label: name }))}
              allowDeselect={false}
              {...form.getInputProps("workspace")}
            />
          )}
          <ProblemAlert error={create.error} known={Object.keys(form.values)} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={create.isPending}>
              Create project
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
