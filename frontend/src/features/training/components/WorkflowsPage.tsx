import { ActionIcon, Button, Group, Table } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "react-router";
import type { Workflow } from "@/api/types";
import { Ago } from "@/components/Ago";
import { ConfirmButton } from "@/components/ConfirmButton";
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
              <Table highlightOnHover miw={680} aria-label="Workflows">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>Name</Table.Th>
                    <Table.Th>Version</Table.Th>
                    <Table.Th>Model</Table.Th>
                    <Table.Th>Weights</Table.Th>
                    <Table.Th>Input</Table.Th>
                    <Table.Th>Changed</Table.Th>
                    <Table.Th aria-label="Actions" />
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {list.map((workflow) => (
                    <Row key={workflow.id} workflow={workflow} projectId={projectId} />
                  ))}
                </Table.Tbody>
              </Table>
            )}
          </Panel>
        )}
      </QueryView>
    </>
  );
}

function Row({ workflow, projectId }: { workflow: Workflow; projectId: string }) {
  const queries = useQueryClient();
  const { id, name, version, spec, updated_at } = workflow;
  return (
    <Table.Tr>
      <Table.Td fw={600}>{name}</Table.Td>
      <Table.Td>v{version}</Table.Td>
      <Table.Td>
        {spec.architecture} {spec.variant}
      </Table.Td>
      <Table.Td>{spec.weights.split(":")[0]}</Table.Td>
      <Table.Td>{spec.input_size.join(" × ")}</Table.Td>
      <Table.Td c="dimmed">
        <Ago time={updated_at} />
      </Table.Td>
      <Table.Td>
        <Group gap={4} justify="flex-end" wrap="nowrap">
          <Button size="compact-xs" variant="default" component={Link} to={`new?workflow=${id}`}>
            Train again
          </Button>
          <ConfirmButton
            title={`Delete “${name}”?`}
            confirm="Delete workflow"
            onConfirm={async () => {
              await deleteWorkflow(id);
              await queries.invalidateQueries({ queryKey: ["workflows", projectId] });
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
      </Table.Td>
    </Table.Tr>
  );
}
