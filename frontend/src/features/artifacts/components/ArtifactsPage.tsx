import { Badge, Button, Group, Text } from "@mantine/core";
import { Link } from "react-router";
import { Ago } from "@/components/Ago";
import type { Artifact } from "@/api/types";
import { type Column, DataTable } from "@/components/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { bytes, integer, percent } from "@/components/format";
import { IconArtifact } from "@/components/icons";
import { PageHeader } from "@/components/PageHeader";
import { Panel } from "@/components/Panel";
import { QueryView } from "@/components/QueryView";
import { useProjectId } from "@/components/route";
import { useArtifacts } from "../api/artifacts";
import { useArtifactTitles } from "../api/titles";
import { mainMetric } from "../model/titles";

export function ArtifactsPage() {
  const projectId = useProjectId();
  const artifacts = useArtifacts(projectId);
  const title = useArtifactTitles(projectId);
  return (
    <>
      <PageHeader title="Artifacts" sub="Every checkpoint that was kept, with its metrics and where it comes from." />
      <QueryView query={artifacts}>
        {(list) => (
          <Panel flush>
            {list.length === 0 ? (
              <EmptyState
                icon={<IconArtifact size={34} />}
                title="No artifacts yet"
                action={
                  <Button component={Link} to={`/projects/${projectId}/training/new`}>
                    New training
                  </Button>
                }
              >
                Runs keep their best and latest checkpoints here, ready to be judged, exported and deployed.
              </EmptyState>
            ) : (
              <DataTable label="Artifacts" columns={columns(title)} rows={list} keyOf={({ id }) => id} />
            )}
          </Panel>
        )}
      </QueryView>
    </>
  );
}

const columns = (title: (artifact: Artifact) => string): Column<Artifact>[] => [
  {
    title: "Name",
    cell: (artifact) => (
      <>
        <Link to={artifact.id} className="tess-link" style={{ fontWeight: 600 }}>
          {title(artifact)}
        </Link>
        <Group gap={4} mt={2}>
          {artifact.strategies.map((strategy) => (
            <Badge key={strategy} size="xs" variant="light" tt="none">
              {strategy.replaceAll("_", " ")}
            </Badge>
          ))}
        </Group>
      </>
    ),
  },
  {
    title: "Model",
    cell: ({ architecture, variant, input_size }) => (
      <>
        {architecture} {variant}
        <Text size="xs" c="dimmed">
          {input_size.join(" × ")}
        </Text>
      </>
    ),
  },
  { title: "Step", align: "right", cell: ({ step }) => integer(step) },
  { title: "Quality", align: "right", cell: ({ metrics }) => <Quality metrics={metrics} /> },
  { title: "F1", align: "right", cell: ({ metrics }) => percent(metrics["val/f1"]) },
  { title: "Size", align: "right", cell: ({ size }) => bytes(size) },
  { title: "Made", dimmed: true, cell: ({ created_at }) => <Ago time={created_at} /> },
  {
    title: "",
    align: "right",
    cell: (artifact) => (
      <Button
        size="compact-xs"
        variant="default"
        component={Link}
        to={`/projects/${artifact.project}/deployments?artifact=${artifact.id}`}
        aria-label={`Deploy ${title(artifact)}`}
      >
        Deploy
      </Button>
    ),
  },
];

function Quality({ metrics }: Pick<Artifact, "metrics">) {
  const metric = mainMetric(metrics);
  if (metric === null) return "–";
  return (
    <>
      <b>{percent(metric.value)}</b>{" "}
      <Text span size="xs" c="dimmed">
        {metric.name}
      </Text>
    </>
  );
}
