import { ActionIcon, Button, Group } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "react-router";
import type { Workflow } from "@/api/types";
import { Ago } from "@/components/Ago";
import { ConfirmButton } from "@/components/ConfirmButton";
import { type Column, DataTable } from "@/components/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { IconPlus, IconTrain, IconTrash } from "@/components/icons";
import { PageHeader } from "@/components/PageHeader";
import { Panel } from "@/components/Panel";
import { QueryView } from "@/components/QueryView";
import { useProjectId } from "@/components/route";
import { useShortcut } from "@/components/shortcuts";
import { deleteWorkflow, useWorkflows } from "../api/training";

export function WorkflowsPage() {
  const projectId = useProjectId();
  const navigate = useNavigate();
  const workflows = useWorkflows(projectId);
  useShortcut("n", "New training", () => void navigate("new"));
  const create = (
    <Button leftSection={<IconPlus />} component={Link} to="new">
      New training
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Training"
        sub="Workflows: named, versioned specifications of a training. Each can be run again on newer data."
        actions={(workflows.data?.length ?? 0) > 0 && create}
      />
      <QueryView query={workflows}>
        {(list) => (
          <Panel flush>
            {list.length === 0 ? (
              <EmptyState icon={<IconTrain size={34} />} title="Nothing trained yet" action={create}>
                Choose an architecture, its size and hyperparameters; the defaults are a good start.
              </EmptyState>
            ) : (
              <DataTable label="Workflows" columns={COLUMNS} rows={list} keyOf={({ id }) => id} />
            )}
          </Panel>
        )}
      </QueryView>
    </>
  );
}

const COLUMNS: Column<Workflow>[] = [
  { title: "Name", cell: ({ name }) => <b>{name}</b> },
  { title: "Version", cell: ({ version }) => `v${version}` },
  { title: "Model", cell: ({ spec }) => `${spec.architecture} ${spec.variant}` },
  { title: "Weights", cell: ({ spec }) => spec.weights.split(":")[0] },
  { title: "Input", cell: ({ spec }) => spec.input_size.join(" × ") },
  { title: "Changed", dimmed: true, cell: ({ updated_at }) => <Ago time={updated_at} /> },
  { title: "", align: "right", cell: (workflow) => <RowActions workflow={workflow} /> },
];

function RowActions({ workflow }: { workflow: Workflow }) {
  const queries = useQueryClient();
  const { id, name, project } = workflow;
  return (
    <Group gap={4} justify="flex-end" wrap="nowrap" display="inline-flex">
      <Button size="compact-xs" variant="default" component={Link} to={`new?workflow=${id}`} aria-label={`Train ${name} again`}>
        Train again
      </Button>
      <ConfirmButton
        title={`Delete “${name}”?`}
        confirm="Delete workflow"
        onConfirm={async () => {
          await deleteWorkflow(id);
          await queries.invalidateQueries({ queryKey: ["workflows", project] });
        }}
        trigger={(open) => (
          <ActionIcon variant="subtle" color="gray" aria-label={`Delete workflow ${name}`} onClick={open}>
            <IconTrash size={15} />
          </ActionIcon>
        )}
      >
        Runs made with it and their artifacts stay.
      </ConfirmButton>
    </Group>
  );
}
