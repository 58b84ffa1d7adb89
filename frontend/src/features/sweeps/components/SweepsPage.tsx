import { Button, Text } from "@mantine/core";
import { Link } from "react-router";
import type { SweepSummary } from "@/api/types";
import { Ago } from "@/components/Ago";
import { type Column, DataTable } from "@/components/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { IconPlus, IconSweep } from "@/components/icons";
import { PageHeader } from "@/components/PageHeader";
import { Panel } from "@/components/Panel";
import { QueryView } from "@/components/QueryView";
import { useProjectId } from "@/components/route";
import { SectionTabs } from "@/components/SectionTabs";
import { StatusBadge } from "@/components/StatusBadge";
import { runTabs } from "@/features/runs/model/tabs";
import { useSweeps } from "../api/sweeps";
import { METHODS } from "../model/methods";
import { metricValue } from "../model/values";
import { pathLabel } from "../model/form";
import { Counts } from "./Counts";

export function SweepsPage() {
  const projectId = useProjectId();
  const sweeps = useSweeps(projectId);
  const create = (
    <Button leftSection={<IconPlus />} component={Link} to="new">
      New sweep
    </Button>
  );
  return (
    <>
      <PageHeader title="Runs" tab="Sweeps" actions={(sweeps.data?.length ?? 0) > 0 && create} />
      <SectionTabs label="Runs and sweeps" tabs={runTabs(projectId)} />
      <QueryView query={sweeps}>
        {(list) => (
          <Panel flush>
            {list.length === 0 ? (
              <EmptyState icon={<IconSweep size={34} />} title="No sweeps yet" action={create}>
                A sweep trains one workflow many times with other values of the fields you choose, and shows which of them matter.
              </EmptyState>
            ) : (
              <DataTable label="Sweeps" columns={COLUMNS} rows={list} keyOf={({ id }) => id} />
            )}
          </Panel>
        )}
      </QueryView>
    </>
  );
}

const COLUMNS: Column<SweepSummary>[] = [
  {
    title: "Name",
    cell: ({ id, name, workflow }) => (
      <>
        <Link to={id} className="tess-link" style={{ fontWeight: 600 }}>
          {name}
        </Link>
        <Text size="xs" c="dimmed">
          {workflow.name} v{workflow.version}
        </Text>
      </>
    ),
  },
  { title: "Status", cell: ({ status }) => <StatusBadge status={status} /> },
  { title: "Method", cell: ({ method }) => METHODS[method].title },
  { title: "Varies", cell: ({ parameters }) => parameters.map(({ path }) => pathLabel(path)).join(", ") },
  { title: "Runs", width: 190, cell: ({ counts }) => <Counts counts={counts} /> },
  { title: "Best", align: "right", cell: ({ best, metric }) => (best === null ? "–" : <b title={metric}>{metricValue(metric, best.value)}</b>) },
  { title: "Started", dimmed: true, cell: ({ created_at }) => <Ago time={created_at} /> },
];
