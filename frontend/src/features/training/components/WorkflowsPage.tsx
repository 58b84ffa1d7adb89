import { ActionIcon, Button, Group, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "react-router";
import type { Workflow } from "@/api/types";
import { Ago } from "@/components/Ago";
import { ConfirmButton } from "@/components/ConfirmButton";
import { type Column, DataTable } from "@/components/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { IconCopy, IconDownload, IconMore, IconPlus, IconTrain, IconTrash, IconUpload } from "@/components/icons";
import { PageHeader } from "@/components/PageHeader";
import { Panel } from "@/components/Panel";
import { QueryView } from "@/components/QueryView";
import { useProjectId } from "@/components/route";
import { useShortcut } from "@/components/shortcuts";
import { useProject } from "@/features/projects/api/projects";
import { useSession } from "@/features/session/api/session";
import { mayBuild, roleIn } from "@/features/session/model/access";
import { useArchitectures } from "../api/training";
import { deleteWorkflow, useWorkflows, workflowFile } from "../api/workflows";
import { valueText, weightsText } from "../model/wording";
import { DuplicateDialog } from "./DuplicateDialog";
import { ImportDialog } from "./ImportDialog";

export function WorkflowsPage() {
  const projectId = useProjectId();
  const navigate = useNavigate();
  const workflows = useWorkflows(projectId);
  const [importing, dialog] = useDisclosure(false);
  const session = useSession();
  const project = useProject(projectId);
  const may = mayBuild(roleIn(session.data, project.data?.workspace));
  useShortcut("n", "New training", () => void navigate("new"));
  const create = (
    <Button leftSection={<IconPlus />} component={Link} to="new">
      New training
    </Button>
  );
  const load = (
    <Button variant="default" leftSection={<IconUpload />} onClick={dialog.open}>
      Import
    </Button>
  );
  const some = (workflows.data?.length ?? 0) > 0;
  return (
    <>
      <PageHeader
        title="Training"
        sub="Workflows: named, versioned specifications of a training. Each can be run again on newer data."
        actions={
          some &&
          may && (
            <>
              {load}
              {create}
            </>
          )
        }
      />
      <QueryView query={workflows}>
        {(list) => (
          <Panel flush>
            {list.length === 0 ? (
              <EmptyState
                icon={<IconTrain size={34} />}
                title="Nothing trained yet"
                action={
                  may && (
                    <Group gap="xs">
                      {create}
                      {load}
                    </Group>
                  )
                }
              >
                Choose an architecture, its size and hyperparameters; the defaults are a good start. Or import a workflow that somebody shared.
              </EmptyState>
            ) : (
              <DataTable label="Workflows" columns={COLUMNS} rows={list} keyOf={({ id }) => id} />
            )}
          </Panel>
        )}
      </QueryView>
      {importing && <ImportDialog projectId={projectId} onClose={dialog.close} />}
    </>
  );
}

const COLUMNS: Column<Workflow>[] = [
  {
    title: "Name",
    cell: ({ id, name }) => (
      <Link to={id} className="tess-link" style={{ fontWeight: 600 }}>
        {name}
      </Link>
    ),
  },
  { title: "Version", cell: ({ version }) => `v${version}` },
  { title: "Model", cell: ({ spec }) => <Model {...spec} /> },
  { title: "Weights", cell: ({ spec }) => weightsText(spec.weights) },
  { title: "Input", cell: ({ spec }) => spec.input_size.join(" × ") },
  { title: "Length", cell: ({ spec }) => length(spec.hyperparameters) },
  { title: "Changed", dimmed: true, cell: ({ updated_at }) => <Ago time={updated_at} /> },
  { title: "", align: "right", cell: (workflow) => <RowActions workflow={workflow} /> },
];

function Model({ architecture, variant }: Workflow["spec"]) {
  const architectures = useArchitectures();
  return `${architectures.data?.find(({ name }) => name === architecture)?.title ?? architecture} ${variant}`;
}

function length({ steps, epochs }: Record<string, unknown>): string {
  return epochs == null ? `${valueText(steps)} steps` : `${valueText(epochs)} epochs`;
}

function RowActions({ workflow }: { workflow: Workflow }) {
  const queries = useQueryClient();
  const [duplicating, dialog] = useDisclosure(false);
  const { id, name, project } = workflow;
  return (
    <Group gap={4} justify="flex-end" wrap="nowrap" display="inline-flex">
      <Button size="compact-xs" variant="default" component={Link} to={id} aria-label={`Open ${name}`}>
        Open
      </Button>
      <ConfirmButton
        title={`Delete “${name}”?`}
        confirm="Delete workflow"
        onConfirm={async () => {
          await deleteWorkflow(id);
          await queries.invalidateQueries({ queryKey: ["workflows", project] });
        }}
        trigger={(open) => (
          <Menu position="bottom-end" shadow="md">
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" aria-label={`More about ${name}`}>
                <IconMore size={16} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<IconCopy />} onClick={dialog.open}>
                Duplicate
              </Menu.Item>
              <Menu.Item leftSection={<IconDownload />} component="a" href={workflowFile(id, "yaml")} download>
                Export as YAML
              </Menu.Item>
              <Menu.Item leftSection={<IconDownload />} component="a" href={workflowFile(id, "json")} download>
                Export as JSON
              </Menu.Item>
              <Menu.Divider />
              <Menu.Item color="red" leftSection={<IconTrash />} onClick={open}>
                Delete
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
      >
        Runs made with it and their artifacts stay.
      </ConfirmButton>
      {duplicating && <DuplicateDialog workflow={workflow} onClose={dialog.close} />}
    </Group>
  );
}
