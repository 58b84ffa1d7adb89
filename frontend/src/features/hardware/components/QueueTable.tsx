import { Badge, Text } from "@mantine/core";
import { Link } from "react-router";
import type { Run } from "@/api/types";
import { Ago } from "@/components/Ago";
import { type Column, DataTable } from "@/components/DataTable";
import { count } from "@/components/format";
import { Panel } from "@/components/Panel";
import { ProblemAlert } from "@/components/ProblemAlert";
import { RowsSkeleton } from "@/components/QueryView";
import type { Waiting } from "../api/hardware";

const COLORS = { high: "orange", normal: "gray", low: "gray" } as const;

/** Who waits, in the order in which they will start. */
export function QueueTable({ queued, waiting }: { queued: number; waiting: Waiting }) {
  const { runs, projects, isPending, error } = waiting;
  const others = Math.max(0, queued - runs.length);
  return (
    <Panel title="Queue" flush actions={<Text size="xs" c="dimmed">{queued === 0 ? "nothing waits" : `${count(queued, "run")} waiting`}</Text>}>
      {error != null && <ProblemAlert error={error} doing="Reading the queue" />}
      {queued === 0 ? (
        <Text size="sm" c="dimmed" p="md">
          A run that is started now begins at once, as far as a device is free.
        </Text>
      ) : isPending && runs.length === 0 ? (
        <RowsSkeleton rows={2} />
      ) : (
        <>
          {runs.length > 0 && <DataTable label="Queue" columns={columns(projects)} rows={runs} keyOf={({ id }) => id} />}
          {others > 0 && (
            <Text size="sm" c="dimmed" p="sm">
              {count(others, "run")} of projects you are not a member of {others === 1 ? "waits" : "wait"}, too.
            </Text>
          )}
        </>
      )}
    </Panel>
  );
}

const columns = (projects: ReadonlyMap<string, string>): Column<Run>[] => [
  { title: "Place", width: 70, cell: ({ queue_position: place }) => <b>{place ?? "–"}</b> },
  {
    title: "Run",
    cell: ({ id, project, name }) => (
      <Link className="tess-link" style={{ fontWeight: 600 }} to={`/projects/${project}/runs/${id}`}>
        {name}
      </Link>
    ),
  },
  { title: "Project", cell: ({ project }) => projects.get(project) ?? "" },
  {
    title: "Priority",
    cell: ({ priority }) => (
      <Badge size="sm" variant="light" tt="none" color={COLORS[priority]}>
        {priority}
      </Badge>
    ),
  },
  { title: "Device", cell: ({ hardware: { device, gpus } }) => (gpus > 1 ? `${gpus} × ${device}` : device === "auto" ? "any" : device) },
  { title: "Started by", dimmed: true, cell: ({ created_by: by }) => by?.email ?? "–" },
  { title: "Waiting since", dimmed: true, cell: ({ created_at }) => <Ago time={created_at} /> },
];
