import { Badge, Button, Progress, Text } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import type { Run } from "@/api/types";
import { Ago } from "@/components/Ago";
import { type Column, DataTable } from "@/components/DataTable";
import { compact, duration, integer, percent } from "@/components/format";
import { StatusBadge } from "@/components/StatusBadge";
import { useNow } from "@/components/useNow";
import { metricName } from "../../model/charts";
import { isRunning } from "../../model/stages";
import { durationOf, nextSort, type Sort, type SortKey, sortRuns } from "../../model/table";
import classes from "./Table.module.css";

const AT_ONCE = 100;

interface Props {
  runs: readonly Run[];
  sort: Sort;
  onSort: (sort: Sort) => void;
  onTag: (tag: string) => void;
  selected: ReadonlySet<string>;
  onSelect: (selected: ReadonlySet<string>) => void;
}

export function RunsTable({ runs, sort, onSort, onTag, selected, onSelect }: Props) {
  const [most, setMost] = useState(AT_ONCE);
  const now = useNow(runs.some(({ status }) => isRunning(status)) ? 1000 : null);
  const sorted = sortRuns(runs, sort, now);
  return (
    <>
      <DataTable
        label="Runs"
        columns={columns(now, onTag)}
        rows={sorted.slice(0, most)}
        keyOf={({ id }) => id}
        sort={sort}
        onSort={(key) => onSort(nextSort(sort, key as SortKey))}
        selection={{ selected, onSelect, nameOf: ({ name }) => name }}
      />
      {sorted.length > most && (
        <div className={classes.rest}>
          <Button variant="default" size="xs" onClick={() => setMost(most + AT_ONCE)}>
            Show {integer(Math.min(AT_ONCE, sorted.length - most))} more of {integer(sorted.length)}
          </Button>
        </div>
      )}
    </>
  );
}

const columns = (now: number, onTag: (tag: string) => void): Column<Run>[] => [
  {
    title: "Name",
    sort: "name",
    cell: (run) => (
      <div className={classes.name}>
        <Link to={`/projects/${run.project}/runs/${run.id}`} className="tess-link" style={{ fontWeight: 600 }}>
          {run.name}
        </Link>
        {run.tags.map((tag) => (
          <Badge key={tag} component="button" size="xs" variant="default" tt="none" className={classes.tag} title={`Only runs tagged “${tag}”`} onClick={() => onTag(tag)}>
            {tag}
          </Badge>
        ))}
      </div>
    ),
  },
  { title: "Status", sort: "status", width: 170, cell: (run) => <StatusCell run={run} /> },
  {
    title: "Workflow",
    sort: "workflow",
    cell: ({ workflow }) => (
      <>
        {workflow.name} <span className={classes.dim}>v{workflow.version}</span>
      </>
    ),
  },
  {
    title: "Architecture",
    sort: "architecture",
    cell: ({ spec }) => (
      <>
        {spec.architecture} {spec.variant} <span className={classes.dim}>{spec.input_size.join(" × ")}</span>
      </>
    ),
  },
  { title: "Best", sort: "best", align: "right", cell: ({ best }) => <Best best={best} /> },
  { title: "Duration", sort: "duration", align: "right", cell: (run) => durationText(run, now) },
  { title: "Started by", sort: "by", dimmed: true, cell: ({ created_by: by }) => <span title={by?.email}>{by?.email.split("@")[0] ?? "–"}</span> },
  { title: "Created", sort: "created", dimmed: true, cell: ({ created_at }) => <Ago time={created_at} /> },
];

function StatusCell({ run }: { run: Run }) {
  const active = isRunning(run.status);
  const place = run.queue_position === null ? "" : `place ${run.queue_position}`;
  return (
    <>
      <StatusBadge status={run.status} />
      {run.status === "queued" ? (
        <Text span size="xs" c="dimmed" ml={6}>
          {run.priority === "normal" ? place : `${place === "" ? "" : `${place}, `}${run.priority} priority`}
        </Text>
      ) : (
        active && (
          <>
            <Progress mt={5} value={run.progress * 100} size={4} aria-label={`Progress of ${run.name}`} />
            <Text size="xs" c="dimmed" mt={2} component="div">
              {run.total_steps === 0 ? "starting" : `${integer(run.step)} / ${integer(run.total_steps)}`}
              {run.eta_seconds !== null && ` · ${duration(run.eta_seconds)} left`}
            </Text>
          </>
        )
      )}
    </>
  );
}

function Best({ best }: Pick<Run, "best">) {
  if (best === null) return "–";
  return (
    <>
      <b>{best.metric.includes("loss") ? compact(best.value) : percent(best.value)}</b>{" "}
      <span className={classes.dim}>{best.metric === "val/miou" ? "mIoU" : metricName(best.metric)}</span>
    </>
  );
}

function durationText(run: Run, now: number): string {
  const seconds = durationOf(run, now);
  return seconds === null ? "–" : duration(seconds);
}
