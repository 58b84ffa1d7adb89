import { Button } from "@mantine/core";
import { useMemo, useState } from "react";
import { Link, useSearchParams } from "react-router";
import type { Run } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { IconChevronLeft, IconCompare, IconDownload } from "@/components/icons";
import { PageHeader } from "@/components/PageHeader";
import { Panel } from "@/components/Panel";
import { ProblemAlert } from "@/components/ProblemAlert";
import { QueryView } from "@/components/QueryView";
import { useProjectId } from "@/components/route";
import { useSnapshots } from "@/features/snapshots/api/snapshots";
import { useComparison } from "../api/compare";
import { projectCsvUrl, useRuns } from "../api/runs";
import { useRunStreams } from "../api/stream";
import { useChartView } from "../api/view";
import { colorsOf, readIds } from "../model/compare";
import { isRunning } from "../model/stages";
import { ViewBar } from "./charts/ViewBar";
import classes from "./compare/Compare.module.css";
import { CompareCharts } from "./compare/CompareCharts";
import { CompareTable } from "./compare/CompareTable";
import { RunLegend } from "./compare/RunLegend";

export function ComparePage() {
  const projectId = useProjectId();
  const runs = useRuns(projectId);
  return <QueryView query={runs}>{(all) => <Comparing projectId={projectId} all={all} />}</QueryView>;
}

function Comparing({ projectId, all }: { projectId: string; all: readonly Run[] }) {
  const [search, setSearch] = useSearchParams();
  const ids = readIds(search).filter((id) => all.some((run) => run.id === id));
  const runs = ids.flatMap((id) => all.find((run) => run.id === id) ?? []);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const snapshots = useSnapshots(projectId);
  const control = useChartView();
  const colors = useColors(ids.toSorted().join(","));
  const active = runs.some(({ status }) => isRunning(status));
  const comparison = useComparison(ids, active);
  const streams = useRunStreams(runs.map(({ id, status }) => ({ id, live: isRunning(status) })));
  const choose = (next: readonly string[]) => setSearch({ ids: next.join(",") }, { replace: true });
  const toggle = (id: string) => {
    const next = new Set(hidden);
    if (!next.delete(id)) next.add(id);
    setHidden(next);
  };
  const snapshotName = (id: string) => snapshots.data?.find((one) => one.id === id)?.name ?? id.slice(0, 8);
  return (
    <>
      <PageHeader
        title="Compare runs"
        actions={
          <>
            <Button variant="default" leftSection={<IconChevronLeft />} component={Link} to={`/projects/${projectId}/runs`}>
              All runs
            </Button>
            {ids.length > 0 && (
              <Button variant="default" leftSection={<IconDownload />} component="a" href={projectCsvUrl(projectId, ids)} download>
                Metrics as CSV
              </Button>
            )}
          </>
        }
      />
      <div className={classes.sticky}>
        <RunLegend
          runs={runs}
          others={all.filter(({ id }) => !ids.includes(id))}
          colors={colors}
          hidden={hidden}
          onToggle={toggle}
          onAdd={(id) => choose([...ids, id])}
          onRemove={(id) => choose(ids.filter((one) => one !== id))}
        />
        {runs.length > 0 && <ViewBar control={control} />}
      </div>
      {runs.length === 0 ? (
        <Panel flush>
          <EmptyState icon={<IconCompare size={34} />} title="Nothing to compare yet">
            Add runs above, or tick them in the table of runs.
          </EmptyState>
        </Panel>
      ) : (
        <div style={{ display: "grid", gap: 18, gridTemplateColumns: "minmax(0, 1fr)" }}>
          {ids.length > 1 && comparison.error != null && <ProblemAlert error={comparison.error} doing="Comparing" onRetry={() => void comparison.refetch()} />}
          {ids.length > 1 && comparison.data && (
            <CompareTable comparison={comparison.data} runs={runs} colors={colors} snapshotName={snapshotName} onOrder={choose} />
          )}
          <CompareCharts runs={runs} streams={streams} colors={colors} hidden={hidden} control={control} />
        </div>
      )}
    </>
  );
}

/** Colours that change with the choice of runs alone, not with their order. */
function useColors(sorted: string): ReadonlyMap<string, string> {
  return useMemo(() => colorsOf(sorted === "" ? [] : sorted.split(",")), [sorted]);
}
