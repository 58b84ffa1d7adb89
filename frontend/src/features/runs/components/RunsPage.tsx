import { Button, Progress, Text } from "@mantine/core";
import { Link, useNavigate } from "react-router";
import type { Run } from "@/api/types";
import { Ago } from "@/components/Ago";
import { type Column, DataTable } from "@/components/DataTable";
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
              <DataTable label="Runs" columns={COLUMNS} rows={list} keyOf={({ id }) => id} />
            )}
          </Panel>
        )}
      </QueryView>
    </>
  );
}

const COLUMNS: Column<Run>[] = [
  {
    title: "Name",
    cell: (run) => (
      <>
        <Link to={run.id} className="tess-link" style={{ fontWeight: 600 }}>
          {run.name}
        </Link>
        <Text size="xs" c="dimmed">
          {run.spec.architecture} {run.spec.variant} · {run.spec.input_size.join(" × ")}
        </Text>
      </>
    ),
  },
  { title: "Status", cell: ({ status }) => <StatusBadge status={status} /> },
  { title: "Progress", width: 210, cell: (run) => <RunProgressCell run={run} /> },
  {
    title: "Best",
    align: "right",
    cell: ({ best }) => (best ? <span title={best.metric}>{bestText(best)}</span> : "–"),
  },
  {
    title: "Images/s",
    align: "right",
    cell: ({ images_per_second: speed }) => (speed === null ? "–" : compact(speed)),
  },
  { title: "Device", cell: ({ device, hardware }) => (device !== "" ? device : hardware.device) },
  { title: "Started", dimmed: true, cell: (run) => <Ago time={run.started_at ?? run.created_at} /> },
];

function RunProgressCell({ run }: { run: Run }) {
  return (
    <>
      <Progress value={run.progress * 100} size="sm" color={run.status === "failed" ? "red" : undefined} aria-label="Progress" />
      <Text size="xs" c="dimmed" mt={3} component="div">
        {run.total_steps === 0 ? "–" : `${integer(run.step)} / ${integer(run.total_steps)}`}
        {isRunning(run.status) && run.eta_seconds !== null && ` · ${duration(run.eta_seconds)} left`}
      </Text>
    </>
  );
}

function bestText({ metric, value }: NonNullable<Run["best"]>): string {
  return metric.includes("loss") ? `loss ${compact(value)}` : percent(value);
}
