import { Link } from "react-router";
import type { Artifact } from "@/api/types";
import { CopyIcon } from "@/components/Code";
import { Panel } from "@/components/Panel";
import { Facts } from "@/components/Stat";
import { useRun } from "@/features/runs/api/runs";
import { useSnapshots } from "@/features/snapshots/api/snapshots";

/** Where a model comes from: all that is needed to make it again. */
export function Lineage({ artifact }: { artifact: Artifact }) {
  const { lineage, project } = artifact;
  const run = useRun(artifact.run);
  const snapshots = useSnapshots(project);
  const snapshot = snapshots.data?.find(({ id }) => id === lineage.snapshot);
  const workflow = lineage.workflow;
  return (
    <Panel title="Lineage">
      <Facts
        items={[
          {
            label: "Run",
            value: (
              <Link className="tess-link" to={`/projects/${project}/runs/${artifact.run}`}>
                {run.data?.name ?? artifact.run.slice(0, 8)}
              </Link>
            ),
          },
          {
            label: "Workflow",
            value: workflow ? (
              <Link className="tess-link" to={`/projects/${project}/training/${workflow}`}>
                {run.data?.workflow.name ?? workflow.slice(0, 8)} v{lineage.workflow_version}
              </Link>
            ) : (
              "–"
            ),
          },
          {
            label: "Snapshot",
            value: (
              <Link className="tess-link" to={`/projects/${project}/snapshots`}>
                {snapshot?.name ?? lineage.snapshot?.slice(0, 8) ?? "–"}
              </Link>
            ),
          },
          { label: "Data digest", value: <Digest value={lineage.snapshot_digest} label="Copy data digest" /> },
          { label: "Code version", value: <Digest value={lineage.code_version} label="Copy code version" /> },
          { label: "Seed", value: lineage.seed ?? "–" },
          { label: "Artifact id", value: <Digest value={artifact.id} label="Copy artifact id" /> },
        ]}
      />
    </Panel>
  );
}

function Digest({ value, label }: { value: string | undefined; label: string }) {
  if (value === undefined || value === "") return "–";
  return (
    <span style={{ display: "inline-flex", alignItems: "center", gap: 2 }}>
      <code>{value.length > 16 ? `${value.slice(0, 16)}…` : value}</code>
      <CopyIcon value={value} label={label} />
    </span>
  );
}
