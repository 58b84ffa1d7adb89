import { Alert, Button, Skeleton, Tabs } from "@mantine/core";
import { Link, useSearchParams } from "react-router";
import { ProblemError } from "@/api/problem";
import type { Artifact, Evaluation } from "@/api/types";
import { Ago } from "@/components/Ago";
import { bytes, integer, percent } from "@/components/format";
import { IconDeploy, IconInfo } from "@/components/icons";
import { PageHeader } from "@/components/PageHeader";
import { Panel } from "@/components/Panel";
import { ProblemAlert } from "@/components/ProblemAlert";
import { QueryView } from "@/components/QueryView";
import { useRouteId } from "@/components/route";
import { Stats } from "@/components/Stat";
import { useArtifact, useEvaluation } from "../api/artifacts";
import { useArtifactTitles } from "../api/titles";
import classes from "./Artifact.module.css";
import { ClassScores } from "./ClassScores";
import { ConfusionMatrix } from "./ConfusionMatrix";
import { ExportsTab } from "./exports/ExportsTab";
import { Lineage } from "./Lineage";
import { Predictions } from "./Predictions";

const VIEWS = ["evaluation", "exports", "lineage"];

export function ArtifactPage() {
  const artifact = useArtifact(useRouteId("artifactId"));
  return <QueryView query={artifact}>{(data) => <View key={data.id} artifact={data} />}</QueryView>;
}

function View({ artifact }: { artifact: Artifact }) {
  const title = useArtifactTitles(artifact.project);
  const [search, setSearch] = useSearchParams();
  const view = VIEWS.find((one) => one === search.get("view")) ?? "evaluation";
  const show = (next: string | null) => setSearch(next === null || next === "evaluation" ? {} : { view: next }, { replace: true });
  return (
    <>
      <PageHeader
        title={title(artifact)}
        sub={
          <>
            {artifact.architecture} {artifact.variant} · {artifact.input_size.join(" × ")} · step {integer(artifact.step)} ·{" "}
            {bytes(artifact.size)} · <Ago time={artifact.created_at} /> ·{" "}
            <Link className="tess-link" to={`/projects/${artifact.project}/runs/${artifact.run}`}>
              its run
            </Link>
          </>
        }
        actions={
          <Button
            leftSection={<IconDeploy />}
            component={Link}
            to={`/projects/${artifact.project}/deployments?artifact=${artifact.id}`}
          >
            Deploy
          </Button>
        }
      />
      <Tabs value={view} onChange={show} keepMounted={false}>
        <Tabs.List mb="sm">
          <Tabs.Tab value="evaluation">Evaluation</Tabs.Tab>
          <Tabs.Tab value="exports">Exports &amp; trade-offs</Tabs.Tab>
          <Tabs.Tab value="lineage">Lineage</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="evaluation">
          <EvaluationTab artifact={artifact} />
        </Tabs.Panel>
        <Tabs.Panel value="exports">
          <ExportsTab artifact={artifact} />
        </Tabs.Panel>
        <Tabs.Panel value="lineage">
          <Lineage artifact={artifact} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

function EvaluationTab({ artifact }: { artifact: Artifact }) {
  const evaluation = useEvaluation(artifact.id);
  if (evaluation.data) return <Evaluated artifact={artifact} evaluation={evaluation.data} />;
  if (evaluation.error) return <Unevaluated error={evaluation.error} onRetry={() => void evaluation.refetch()} />;
  return <Skeleton height={420} />;
}

function Unevaluated({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const isMissing = error instanceof ProblemError && (error.status === 404 || error.status === 409);
  if (!isMissing) return <ProblemAlert error={error} doing="Loading the evaluation" onRetry={onRetry} />;
  return (
    <Alert icon={<IconInfo />} title="Not evaluated">
      {error.message} The evaluation is made when its run ends.
    </Alert>
  );
}

/** Models of objects are judged by their objects first. */
function objectStats({ map, map50, pq }: Evaluation) {
  const found = [
    { label: "Panoptic quality", value: pq },
    { label: "Mask AP", value: map },
    { label: "Mask AP at IoU 0.5", value: map50 },
  ];
  return found.flatMap(({ label, value }) => (value === undefined ? [] : [{ label, value: percent(value) }]));
}

function Evaluated({ artifact, evaluation }: { artifact: Artifact; evaluation: Evaluation }) {
  return (
    <>
      <Stats
        items={[
          ...objectStats(evaluation),
          { label: "Mean IoU", value: percent(evaluation.miou) },
          { label: "F1 (Dice)", value: percent(evaluation.f1) },
          { label: "Precision", value: percent(evaluation.precision) },
          { label: "Recall", value: percent(evaluation.recall) },
          { label: "Pixel accuracy", value: percent(evaluation.pixel_accuracy) },
          { label: "Boundary F1", value: percent(evaluation.boundary_f1) },
          { label: evaluation.split === "val" ? "Validation images" : `Images (${evaluation.split})`, value: integer(evaluation.images) },
        ]}
      />
      <div className={classes.pair}>
        <Panel title="By class" flush>
          <ClassScores evaluation={evaluation} />
        </Panel>
        <ConfusionMatrix matrix={evaluation.confusion_matrix} />
      </div>
      <Predictions artifact={artifact} />
    </>
  );
}
