import { Button, Table, Text } from "@mantine/core";
import { Link, useSearchParams } from "react-router";
import { Ago } from "@/components/Ago";
import { EmptyState } from "@/components/EmptyState";
import { percent } from "@/components/format";
import { IconDeploy, IconPlus } from "@/components/icons";
import { PageHeader } from "@/components/PageHeader";
import { Panel } from "@/components/Panel";
import { QueryView } from "@/components/QueryView";
import { useProjectId } from "@/components/route";
import { useShortcut } from "@/components/shortcuts";
import { StatusBadge } from "@/components/StatusBadge";
import { useArtifacts } from "@/features/artifacts/api/artifacts";
import { useDeployments } from "../api/deployments";
import { DeployForm } from "./DeployForm";

export function DeploymentsPage() {
  const projectId = useProjectId();
  const [search, setSearch] = useSearchParams();
  const deployments = useDeployments(projectId);
  const artifacts = useArtifacts(projectId);
  const wanted = search.get("artifact");
  const opened = search.has("artifact") || search.has("new");
  const open = () => setSearch({ new: "" });
  useShortcut("n", "New deployment", open);
  const nothingToDeploy = artifacts.data?.length === 0;
  const create = (
    <Button leftSection={<IconPlus />} onClick={open}>
      New deployment
    </Button>
  );
  return (
    <>
      <PageHeader title="Deployments" sub="Models behind an address that answers images with masks." actions={(deployments.data?.length ?? 0) > 0 && create} />
      <QueryView query={deployments}>
        {(list) => (
          <Panel flush>
            {list.length === 0 ? (
              <EmptyState
                icon={<IconDeploy size={34} />}
                title="Nothing deployed yet"
                action={
                  nothingToDeploy ? (
                    <Button component={Link} to={`/projects/${projectId}/training/new`}>
                      New training
                    </Button>
                  ) : (
                    create
                  )
                }
              >
                {nothingToDeploy
                  ? "A deployment serves an artifact, and this project has none yet: train a model first."
                  : "Choose an artifact, a device and a runtime, and get an endpoint for your programs."}
              </EmptyState>
            ) : (
              <Table highlightOnHover miw={720} aria-label="Deployments">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>Name</Table.Th>
                    <Table.Th>Status</Table.Th>
                    <Table.Th>Model</Table.Th>
                    <Table.Th ta="right">Mean IoU</Table.Th>
                    <Table.Th>Runs on</Table.Th>
                    <Table.Th>Version</Table.Th>
                    <Table.Th>Changed</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {list.map((one) => (
                    <Table.Tr key={one.id}>
                      <Table.Td>
                        <Link to={one.id} className="tess-link" style={{ fontWeight: 600 }}>
                          {one.name}
                        </Link>
                      </Table.Td>
                      <Table.Td>
                        <StatusBadge status={one.status} />
                      </Table.Td>
                      <Table.Td>
                        {one.artifact.architecture} {one.artifact.variant}
                        <Text size="xs" c="dimmed">
                          {one.artifact.name}
                        </Text>
                      </Table.Td>
                      <Table.Td ta="right">{percent(one.artifact.metrics["val/miou"])}</Table.Td>
                      <Table.Td>
                        {one.runtime} on {one.device}
                      </Table.Td>
                      <Table.Td>v{one.version}</Table.Td>
                      <Table.Td c="dimmed">
                        <Ago time={one.updated_at} />
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            )}
          </Panel>
        )}
      </QueryView>
      {opened && artifacts.data && (
        <DeployForm
          projectId={projectId}
          artifacts={artifacts.data}
          taken={deployments.data?.map(({ name }) => name) ?? []}
          wanted={wanted}
          onClose={() => setSearch({}, { replace: true })}
        />
      )}
    </>
  );
}
