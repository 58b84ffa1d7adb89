import { Button } from "@mantine/core";
import { useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import type { Run } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { IconPlus, IconRuns } from "@/components/icons";
import { PageHeader } from "@/components/PageHeader";
import { Panel } from "@/components/Panel";
import { QueryView } from "@/components/QueryView";
import { useProjectId } from "@/components/route";
import { SectionTabs } from "@/components/SectionTabs";
import { useShortcut } from "@/components/shortcuts";
import { useSweeps } from "@/features/sweeps/api/sweeps";
import { useRuns } from "../api/runs";
import { filterRuns, readFilters, readSort, writeTable } from "../model/table";
import { runTabs } from "../model/tabs";
import { RunFilterBar } from "./table/RunFilterBar";
import { RunsTable } from "./table/RunsTable";
import { SelectionBar } from "./table/SelectionBar";

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
      <SectionTabs label="Runs and sweeps" tabs={runTabs(projectId)} />
      <QueryView query={runs}>
        {(list) =>
          list.length === 0 ? (
            <Panel flush>
              <EmptyState icon={<IconRuns size={34} />} title="No runs yet" action={create}>
                A run trains one workflow on one snapshot. Its curves move here while it works.
              </EmptyState>
            </Panel>
          ) : (
            <Runs projectId={projectId} runs={list} />
          )
        }
      </QueryView>
    </>
  );
}

function Runs({ projectId, runs }: { projectId: string; runs: readonly Run[] }) {
  const [search, setSearch] = useSearchParams();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const sweeps = useSweeps(projectId);
  const filters = readFilters(search);
  const sort = readSort(search);
  const shown = filterRuns(runs, filters);
  const chosen = runs.filter(({ id }) => selected.has(id)).map(({ id }) => id);
  return (
    <>
      <RunFilterBar
        runs={runs}
        sweeps={sweeps.data ?? []}
        filters={filters}
        onChange={(next) => setSearch(writeTable(next, sort), { replace: true })}
      />
      <Panel flush>
        {shown.length === 0 ? (
          <EmptyState icon={<IconRuns size={34} />} title="No run fits">
            Change or clear the filters above.
          </EmptyState>
        ) : (
          <RunsTable
            runs={shown}
            sort={sort}
            onSort={(next) => setSearch(writeTable(filters, next), { replace: true })}
            onTag={(tag) => setSearch(writeTable({ ...filters, tag }, sort), { replace: true })}
            selected={selected}
            onSelect={setSelected}
          />
        )}
      </Panel>
      <SelectionBar projectId={projectId} ids={chosen} onClear={() => setSelected(new Set())} />
    </>
  );
}
