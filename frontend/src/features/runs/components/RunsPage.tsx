import { Button, Progress, Table, Text } from "@mantine/core";
import { Link, useNavigate } from "react-router";
import type { Run } from "@/api/types";
import { Ago } from "@/components/Ago";
import { EmptyState } from "@/components/EmptyState";
import { compact, duration, integer, percent } from "@/components/format";
import { IconPlus, IconRuns } from "@/components/icons";
import { PageHeader } from "@/components/PageHeader";
import { Panel } from "@/components/Panel";
import { QueryView } from "@/components/QueryView";
import { useProjectId } from "@/components/route";
import { useShortcut } from "@/components/shortcuts";
import { StatusBadge } from "@/components/StatusBadge";
import { useRuns } from "../api/runs";
import { isRunning } from "../model/stages";

export function RunsPage() {
  const projectId = useProjectId();
  const navigate = useNavigate();
  const runs = useRuns(projectId);
  const target = `/projects/${projectId}/training/new`;
  useShortcut("n", "New training", () => void navigate(target));
  const create = (
    <Button leftSection={<IconPlus />} component={Link} to={target}>
      New training
    </Button>
  );
  return (
    <>
      <PageHeader title="Runs" actions={(runs.data?.length ?? 0) > 0 && create} />
      <QueryView query={runs}>
        {(list) => (
          <Panel flush>
            {list.length === 0 ? (
              <EmptyState icon={<IconRuns size={34} />} title="No runs yet" action={create}>
                A run trains one workflow on one snapshot. Its curves move here while it works.
              </EmptyState>
            ) : (
              <Table highlightOnHover miw={820} aria-label="Runs">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>Name</Table.Th>
                    <Table.Th>Status</Table.Th>
                    <Table.Th w={200}>Progress</Table.Th>
                    <Table.Th ta="right">Best</Table.Th>
                    <Table.Th ta="right">Images/s</Table.Th>
                    <Table.Th>Device</Table.Th>
                    <Table.Th>Started</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {list.map((run) => (
                    <Row key={run.id} run={run} />
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

function Row({ run }: { run: Run }) {
  const active = isRunning(run.status);
  return (
    <Table.Tr>
      <Table.Td>
        <Link to={run.id} className="tess-link" style={{ fontWeight: 600 }}>
          {run.name}
        </Link>
        <Text size="xs" c="dimmed">
          {run.spec.architecture} {run.spec.variant} · {run.spec.input_size.join(" × ")}
        </Text>
      </Table.Td>
      <Table.Td>
        <StatusBadge status={run.status} />
      </Table.Td>
      <Table.Td>
        <Progress value={run.progress * 100} size="sm" color={run.status === "failed" ? "red" : undefined} aria-label="Progress" />
        <Text size="xs" c="dimmed" mt={3} style={{ whiteSpace: "nowrap" }}>
          {integer(run.step)} / {integer(run.total_steps)}
          {active && run.eta_seconds !== null && ` · ${duration(run.eta_seconds)} left`}
        </Text>
      </Table.Td>
      <Table.Td ta="right" style={{ whiteSpace: "nowrap" }}>
        {run.best ? <span title={run.best.metric}>{bestText(run.best)}</span> : "–"}
      </Table.Td>
      <Table.Td ta="right">{run.images_per_second === null ? "–" : compact(run.images_per_second)}</Table.Td>
      <Table.Td>{run.device !== "" ? run.device : run.hardware.device}</Table.Td>
      <Table.Td c="dimmed">
        <Ago time={run.started_at ?? run.created_at} />
      </Table.Td>
    </Table.Tr>
  );
}

function bestText({ metric, value }: NonNullable<Run["best"]>): string {
  return metric.includes("loss") ? `loss ${compact(value)}` : percent(value);
}
