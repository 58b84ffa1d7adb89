import { Button, Select, Text } from "@mantine/core";
import { Link, useSearchParams } from "react-router";
import { EmptyState } from "@/components/EmptyState";
import { IconChevronLeft, IconCompare } from "@/components/icons";
import { PageHeader } from "@/components/PageHeader";
import { Panel } from "@/components/Panel";
import { QueryView } from "@/components/QueryView";
import { RoleBadge } from "@/components/RoleBadge";
import { useProjectId } from "@/components/route";
import { colorsOf, readIds } from "@/features/runs/model/compare";
import { useSnapshotName } from "@/features/snapshots/api/snapshots";
import { type Entry, type Registry, useRegistry } from "../api/registry";
import { artifactPath, readJudged, SPLITS, writeJudged } from "../model/address";
import { CompareClasses } from "./CompareClasses";
import { CompareMetrics } from "./CompareMetrics";
import classes from "./Registry.module.css";
import { titleOf } from "./RegistryTable";

/** Two to four artifacts side by side, each held against one of them. */
export function ComparePage() {
  const projectId = useProjectId();
  const [search] = useSearchParams();
  const judged = readJudged(search);
  const registry = useRegistry(projectId, judged);
  const nameOf = useSnapshotName(projectId);
  const back = `/projects/${projectId}/artifacts?${writeJudged(judged).toString()}`;
  return (
    <>
      <PageHeader
        title="Compare artifacts"
        sub={registry.data && subOf(registry.data, nameOf)}
        actions={
          <Button variant="default" leftSection={<IconChevronLeft />} component={Link} to={back}>
            All artifacts
          </Button>
        }
      />
      <QueryView query={registry}>{(data) => <Compared projectId={projectId} registry={data} />}</QueryView>
    </>
  );
}

function subOf({ snapshot, split }: Registry, nameOf: ReturnType<typeof useSnapshotName>): string {
  const name = SPLITS.find(({ value }) => value === split)?.label ?? split;
  return `${name} images of ${snapshot ? nameOf(snapshot) : "each run's own snapshot"}`;
}

function Compared({ projectId, registry }: { projectId: string; registry: Registry }) {
  const [search, setSearch] = useSearchParams();
  const ids = readIds(search);
  const rows = ids.flatMap((id) => registry.results.find(({ artifact }) => artifact.id === id) ?? []);
  const wanted = search.get("base");
  const champion = rows.find(({ artifact }) => artifact.role === "champion");
  const base = rows.find(({ artifact }) => artifact.id === wanted) ?? champion ?? rows[0];
  if (base === undefined || rows.length < 2) {
    return (
      <Panel flush>
        <EmptyState icon={<IconCompare size={34} />} title="Nothing to compare">
          Select two to four artifacts in the table, then press Compare.
        </EmptyState>
      </Panel>
    );
  }
  const colors = colorsOf(rows.map(({ artifact }) => artifact.id));
  const judged = { snapshot: registry.snapshot?.id, split: registry.split };
  const setBase = (id: string | null) =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        if (id !== null) next.set("base", id);
        return next;
      },
      { replace: true },
    );
  return (
    <div className={classes.compare}>
      <div className={classes.heads}>
        {rows.map((row) => (
          <Head key={row.artifact.id} row={row} color={colors.get(row.artifact.id) ?? ""} to={artifactPath(projectId, row.artifact.id, judged)} />
        ))}
      </div>
      <Select
        size="xs"
        w={300}
        label="Differences are to"
        data={rows.map((row) => ({ value: row.artifact.id, label: titleOf(row) }))}
        value={base.artifact.id}
        onChange={setBase}
        allowDeselect={false}
      />
      <CompareMetrics rows={rows} base={base} colors={colors} />
      <CompareClasses rows={rows} base={base} colors={colors} judged={judged} />
    </div>
  );
}

function Head({ row, color, to }: { row: Entry; color: string; to: string }) {
  const { artifact } = row;
  return (
    <div className={classes.head}>
      <i style={{ background: color }} />
      <div className={classes.name}>
        <span>
          <Link to={to} className="tess-link" style={{ fontWeight: 600 }}>
            {titleOf(row)}
          </Link>
          <RoleBadge role={artifact.role} />
        </span>
      </div>
      <Text size="xs" c="dimmed">
        {artifact.architecture} {artifact.variant} · {artifact.input_size.join(" × ")}
      </Text>
    </div>
  );
}
