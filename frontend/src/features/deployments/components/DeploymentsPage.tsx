import { Button, Text } from "@mantine/core";
import { Link, useSearchParams } from "react-router";
import type { Deployment } from "@/api/types";
import { Ago } from "@/components/Ago";
import { type Column, DataTable } from "@/components/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { percent } from "@/components/format";
import { IconDeploy, IconPlus } from "@/components/icons";
import { PageHeader } from "@/components/PageHeader";
import { Panel } from "@/components/Panel";
import { QueryView } from "@/components/QueryView";
import { useProjectId } from "@/components/route";
import { useShortcut } from "@/components/shortcuts";
import { StatusBadge } from "@/components/StatusBadge";
import { useArtifacts } from "@/features/artifacts/api/artifacts";
import { quantizationTitle } from "@/features/artifacts/model/exports";
import { mainMetric } from "@/features/artifacts/model/titles";
import { useArtifactTitles } from "@/features/artifacts/api/titles";
import { useDeployments } from "../api/deployments";
import { DeployForm } from "./DeployForm";

export function DeploymentsPage() {
  const projectId = useProjectId();
  const [search, setSearch] = useSearchParams();
  const deployments = useDeployments(projectId);
  const artifacts = useArtifacts(projectId);
  const title = useArtifactTitles(projectId);
  const wanted = search.get("artifact");
  const opened = search.has("artifact") || search.has("new");
  const open = () => setSearch({ new: "" });
  useShortcut("n", "New deployment", open);
  const nothingToDeploy = artifacts.data?.length === 0;
  const create = (
    <Button leftSection={<IconPlus />} onClick={open}>
      New deployment
    </Button>
  );
  return (
    <>
      <PageHeader title="Deployments" sub="Models behind an address that answers images with masks." actions={(deployments.data?.length ?? 0) > 0 && create} />
      <QueryView query={deployments}>
        {(list) => (
          <Panel flush>
            {list.length === 0 ? (
              <EmptyState
                icon={<IconDeploy size={34} />}
                title="Nothing deployed yet"
                action={
                  nothingToDeploy ? (
                    <Button component={Link} to={`/projects/${projectId}/training/new`}>
                      New training
                    </Button>
                  ) : (
                    create
                  )
                }
              >
                {nothingToDeploy
                  ? "A deployment serves an artifact, and this project has none yet: train a model first."
                  : "Choose an artifact, a device and a runtime, and get an endpoint for your programs."}
              </EmptyState>
            ) : (
              <DataTable label="Deployments" columns={columns(title)} rows={list} keyOf={({ id }) => id} />
            )}
          </Panel>
        )}
      </QueryView>
      {opened && artifacts.data && (
        <DeployForm
          projectId={projectId}
          artifacts={artifacts.data}
          taken={deployments.data?.map(({ name }) => name) ?? []}
          wanted={wanted}
          wantedExport={search.get("export")}
          onClose={() => setSearch({}, { replace: true })}
        />
      )}
    </>
  );
}

const columns = (title: (artifact: Deployment["artifact"]) => string): Column<Deployment>[] => [
  {
    title: "Name",
    cell: ({ id, name }) => (
      <Link to={id} className="tess-link" style={{ fontWeight: 600 }}>
        {name}
      </Link>
    ),
  },
  { title: "Status", cell: ({ status, asleep }) => <StatusBadge status={status === "ready" && asleep ? "asleep" : status} /> },
  {
    title: "Model",
    cell: ({ artifact }) => (
      <>
        {artifact.architecture} {artifact.variant}
        <Text size="xs" c="dimmed">
          {title(artifact)}
        </Text>
      </>
    ),
  },
  {
    title: "Quality",
    align: "right",
    cell: ({ artifact }) => <span title={mainMetric(artifact.metrics)?.name}>{percent(mainMetric(artifact.metrics)?.value)}</span>,
  },
  { title: "Runs on", cell: ({ runtime, device, quantization }) => `${runtime}${quantization === "none" || quantization === "" ? "" : ` ${quantizationTitle(quantization)}`} on ${device}` },
  { title: "Version", cell: ({ version }) => `v${version}` },
  { title: "Changed", dimmed: true, cell: ({ updated_at }) => <Ago time={updated_at} /> },
];
