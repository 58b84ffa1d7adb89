import { Button, Group, Radio, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { formErrors } from "@/api/problem";
import type { Project } from "@/api/types";
import { ConfirmButton } from "@/components/ConfirmButton";
import { count } from "@/components/format";
import { notifyDone } from "@/components/notify";
import { PageHeader } from "@/components/PageHeader";
import { Panel } from "@/components/Panel";
import { ProblemAlert } from "@/components/ProblemAlert";
import { QueryView } from "@/components/QueryView";
import { useProjectId } from "@/components/route";
import { deleteProject, projectsKey, useChangeProject, useProject } from "../api/projects";

export function ProjectSettings() {
  const project = useProject(useProjectId());
  return (
    <Stack maw={720} w="100%">
      <PageHeader title="Settings" />
      <QueryView query={project}>
        {(data) => (
          <>
            <General key={data.updated_at} project={data} />
            <Danger project={data} />
          </>
        )}
      </QueryView>
    </Stack>
  );
}

function General({ project }: { project: Project }) {
  const change = useChangeProject(project.id);
  const form = useForm({
    initialValues: { name: project.name, description: project.description, unlabelled: project.unlabelled },
    validate: { name: (value) => (value.trim() === "" ? "Name the project." : null) },
  });
  const submit = form.onSubmit((values) =>
    change.mutate(values, {
      onSuccess: () => notifyDone("Settings saved"),
      onError: (error) => form.setErrors(formErrors(error)),
    }),
  );
  return (
    <Panel title="General">
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <TextInput label="Name" maxLength={120} {...form.getInputProps("name")} />
          <Textarea label="Description" autosize minRows={2} {...form.getInputProps("description")} />
          <Radio.Group
            label="Unlabelled pixels"
            description="What pixels without a label mean to training and metrics"
            {...form.getInputProps("unlabelled")}
          >
            <Stack gap={8} mt={8}>
              <Radio value="background" label="Background: a class of its own, learned like the others" />
              <Radio value="ignore" label="Ignored: left out of losses and metrics" />
            </Stack>
          </Radio.Group>
          <ProblemAlert error={change.error} known={Object.keys(form.values)} />
          <Group>
            <Button type="submit" loading={change.isPending} disabled={!form.isDirty()}>
              Save changes
            </Button>
          </Group>
        </Stack>
      </form>
    </Panel>
  );
}

function Danger({ project }: { project: Project }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const remove = async () => {
    await deleteProject(project.id);
    await queries.invalidateQueries({ queryKey: projectsKey });
    await navigate("/projects");
  };
  return (
    <Panel title="Delete">
      <Group justify="space-between">
        <Text size="sm" maw={420}>
          Deletes the project with its images, labels, runs and deployments.
        </Text>
        <ConfirmButton
          title={`Delete “${project.name}”?`}
          confirm="Delete project"
          onConfirm={remove}
          trigger={(open) => (
            <Button variant="light" color="red" onClick={open}>
              Delete project
            </Button>
          )}
        >
          {count(project.counts.assets, "image")} with {count(project.counts.annotations, "annotation")} and everything trained on
          them will be gone. This cannot be undone.
        </ConfirmButton>
      </Group>
    </Panel>
  );
}
