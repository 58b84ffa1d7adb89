import { Anchor, Text } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import { Ago } from "@/components/Ago";
import { type Column, DataTable } from "@/components/DataTable";
import { bytes, integer, milliseconds, parameters } from "@/components/format";
import { RoleBadge } from "@/components/RoleBadge";
import { artifactTitle } from "@/features/artifacts/model/titles";
import type { Entry, Registry } from "../api/registry";
import { artifactPath } from "../model/address";
import { bestOf, COLUMNS, domainOf, type Interval, intervalOf, metricOf, valueOf } from "../model/registry";
import { pressed, type Sort, sorted } from "../model/sorting";
import { GateBadge } from "./Badges";
import classes from "./Registry.module.css";
import { RowMenu } from "./RowMenu";
import { Whisker } from "./Whisker";

interface Props {
  projectId: string;
  registry: Registry;
  selected: ReadonlySet<string>;
  onSelect: (selected: ReadonlySet<string>) => void;
  builds: boolean;
}

export function RegistryTable({ projectId, registry, selected, onSelect, builds }: Props) {
  const rows = registry.results;
  const metrics = COLUMNS.filter((name) => rows.some((row) => valueOf(row, name) !== null));
  const [chosen, setSort] = useState<Sort | null>(null);
  const sort = chosen ?? { key: metrics[0] ?? "created_at", descending: true };
  const champion = rows.find(({ artifact }) => artifact.role === "champion");
  const judged = { ...(registry.snapshot ? { snapshot: registry.snapshot.id } : {}), split: registry.split };
  const columns: Column<Entry>[] = [
    { title: "Name", sort: "name", cell: (row) => <Name row={row} to={artifactPath(projectId, row.artifact.id, judged)} /> },
    { title: "Model", cell: ({ artifact }) => <Model artifact={artifact} /> },
    ...metrics.map((name) => metricColumn(name, rows)),
    { title: "Latency", sort: "latency", align: "right", cell: ({ latency_ms }) => (latency_ms === null ? <span className={classes.none}>–</span> : milliseconds(latency_ms)) },
    { title: "Size", sort: "size", align: "right", cell: ({ artifact }) => bytes(artifact.size) },
    { title: "Gates", align: "right", cell: ({ gates }) => <GateBadge gates={gates} /> },
    { title: "Serves", cell: ({ deployments }) => <Serves projectId={projectId} deployments={deployments} /> },
    { title: "Made", sort: "created_at", dimmed: true, cell: ({ artifact }) => <Ago time={artifact.created_at} /> },
    {
      title: "",
      align: "right",
      width: 44,
      cell: (row) => <RowMenu projectId={projectId} row={row} champion={champion ?? null} builds={builds} />,
    },
  ];
  return (
    <DataTable
      label="Artifacts"
      columns={columns}
      rows={sorted(rows, sort)}
      keyOf={({ artifact }) => artifact.id}
      sort={sort}
      onSort={(key) => setSort(pressed(sort, key))}
      selection={{ selected, onSelect, nameOf: (row) => titleOf(row) }}
    />
  );
}

export function titleOf({ run, artifact }: Pick<Entry, "run" | "artifact">): string {
  return artifactTitle(run.name, artifact.step);
}

function metricColumn(name: string, rows: readonly Entry[]): Column<Entry> {
  const metric = metricOf(name);
  const domain: Interval | null = domainOf(rows, name);
  const best = rows[bestOf(rows.map((row) => valueOf(row, name)), metric.lower)];
  return {
    title: metric.short,
    sort: name,
    align: "right",
    cell: (row) => <Whisker value={valueOf(row, name)} interval={intervalOf(row, name)} domain={domain} strong={row === best} />,
  };
}

function Name({ row, to }: { row: Entry; to: string }) {
  const { artifact, evaluated } = row;
  return (
    <div className={classes.name}>
      <span>
        <Link to={to} className="tess-link" style={{ fontWeight: 600 }}>
          {row.run.name} <span className={classes.step}>· step {integer(artifact.step)}</span>
        </Link>
        <RoleBadge role={artifact.role} />
      </span>
      {artifact.note !== "" && (
        <Text size="xs" c="dimmed" lineClamp={2} title={artifact.note}>
          {artifact.note}
        </Text>
      )}
      {!evaluated && (
        <Text size="xs" c="dimmed">
          Not evaluated on these images
        </Text>
      )}
    </div>
  );
}

function Model({ artifact: { architecture, variant, input_size, parameters: weights } }: Pick<Entry, "artifact">) {
  return (
    <>
      {architecture} {variant}
      <Text size="xs" c="dimmed">
        {input_size.join(" × ")}
        {weights !== null && `, ${parameters(weights)} weights`}
      </Text>
    </>
  );
}

function Serves({ projectId, deployments }: { projectId: string; deployments: Entry["deployments"] }) {
  if (deployments.length === 0) return <span className={classes.none}>–</span>;
  return (
    <div className={classes.serves}>
      {deployments.map(({ id, name }) => (
        <Anchor key={id} component={Link} to={`/projects/${projectId}/deployments/${id}`} size="sm">
          {name}
        </Anchor>
      ))}
    </div>
  );
}
