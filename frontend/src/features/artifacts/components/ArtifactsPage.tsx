import { Badge, Button, Group, Table, Text } from "@mantine/core";
import { Link } from "react-router";
import { Ago } from "@/components/Ago";
import { EmptyState } from "@/components/EmptyState";
import { bytes, integer, percent } from "@/components/format";
import { IconArtifact } from "@/components/icons";
import { PageHeader } from "@/components/PageHeader";
import { Panel } from "@/components/Panel";
import { QueryView } from "@/components/QueryView";
import { useProjectId } from "@/components/route";
import { useArtifacts } from "../api/artifacts";

export function ArtifactsPage() {
  const projectId = useProjectId();
  const artifacts = useArtifacts(projectId);
  return (
    <>
      <PageHeader title="Artifacts" sub="Every checkpoint that was kept, with its metrics and where it comes from." />
      <QueryView query={artifacts}>
        {(list) => (
          <Panel flush>
            {list.length === 0 ? (
              <EmptyState
                icon={<IconArtifact size={34} />}
                title="No artifacts yet"
                action={
                  <Button component={Link} to={`/projects/${projectId}/training/new`}>
                    New training
                  </Button>
                }
              >
                Runs keep their best and latest checkpoints here, ready to be judged, exported and deployed.
              </EmptyState>
            ) : (
              <Table highlightOnHover miw={760} aria-label="Artifacts">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>Name</Table.Th>
                    <Table.Th>Model</Table.Th>
                    <Table.Th ta="right">Step</Table.Th>
                    <Table.Th ta="right">Mean IoU</Table.Th>
                    <Table.Th ta="right">F1</Table.Th>
                    <Table.Th ta="right">Size</Table.Th>
                    <Table.Th>Made</Table.Th>
                    <Table.Th aria-label="Actions" />
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {list.map((artifact) => (
                    <Table.Tr key={artifact.id}>
                      <Table.Td>
                        <Link to={artifact.id} className="tess-link" style={{ fontWeight: 600 }}>
                          {artifact.name}
                        </Link>
                        <Group gap={4} mt={2}>
                          {artifact.strategies.map((strategy) => (
                            <Badge key={strategy} size="xs" variant="light" tt="none">
                              {strategy.replaceAll("_", " ")}
                            </Badge>
                          ))}
                        </Group>
                      </Table.Td>
                      <Table.Td>
                        {artifact.architecture} {artifact.variant}
                        <Text size="xs" c="dimmed">
                          {artifact.input_size.join(" × ")}
                        </Text>
                      </Table.Td>
                      <Table.Td ta="right">{integer(artifact.step)}</Table.Td>
                      <Table.Td ta="right" fw={600}>
                        {percent(artifact.metrics["val/miou"])}
                      </Table.Td>
                      <Table.Td ta="right">{percent(artifact.metrics["val/f1"])}</Table.Td>
                      <Table.Td ta="right" style={{ whiteSpace: "nowrap" }}>
                        {bytes(artifact.size)}
                      </Table.Td>
                      <Table.Td c="dimmed">
                        <Ago time={artifact.created_at} />
                      </Table.Td>
                      <Table.Td ta="right">
                        <Button
                          size="compact-xs"
                          variant="default"
                          component={Link}
                          to={`/projects/${projectId}/deployments?artifact=${artifact.id}`}
                        >
                          Deploy
                        </Button>
                      </Table.Td>
                    </Table.Tr>
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
