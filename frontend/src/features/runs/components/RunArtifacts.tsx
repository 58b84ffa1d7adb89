import { Badge, Group, Table, Text } from "@mantine/core";
import { Link } from "react-router";
import type { Run } from "@/api/types";
import { percent } from "@/components/format";
import { Panel } from "@/components/Panel";
import { QueryView, RowsSkeleton } from "@/components/QueryView";
import { artifactTitle, mainMetric } from "@/features/artifacts/model/titles";
import { useRunArtifacts } from "../api/runs";
import { isRunning } from "../model/stages";

export function RunArtifacts({ run }: { run: Run }) {
  const artifacts = useRunArtifacts(run.id);
  return (
    <Panel title="Artifacts" flush>
      <QueryView query={artifacts} skeleton={<RowsSkeleton rows={2} />}>
        {(list) =>
          list.length === 0 ? (
            <Text size="sm" c="dimmed" p="sm">
              {isRunning(run.status) ? "Checkpoints appear here after the first evaluation." : "This run kept no checkpoint."}
            </Text>
          ) : (
            <Table aria-label="Artifacts">
              <Table.Tbody>
                {list.map(({ id, strategies, step, metrics }) => (
                  <Table.Tr key={id}>
                    <Table.Td>
                      <Link to={`/projects/${run.project}/artifacts/${id}`} className="tess-link" style={{ fontWeight: 600 }}>
                        {artifactTitle(run.name, step)}
                      </Link>
                      <Group gap={4} mt={2}>
                        {strategies.map((strategy) => (
                          <Badge key={strategy} size="xs" variant="light" tt="none">
                            {strategy.replaceAll("_", " ")}
                          </Badge>
                        ))}
                      </Group>
                    </Table.Td>
                    <Table.Td ta="right" fw={600} title={mainMetric(metrics)?.name} style={{ whiteSpace: "nowrap" }}>
                      {percent(mainMetric(metrics)?.value)}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )
        }
      </QueryView>
    </Panel>
  );
}
