import { Button, Tabs } from "@mantine/core";
import { Link, useSearchParams } from "react-router";
import type { Artifact } from "@/api/types";
import { Ago } from "@/components/Ago";
import { bytes, integer } from "@/components/format";
import { IconDeploy } from "@/components/icons";
import { PageHeader } from "@/components/PageHeader";
import { QueryView } from "@/components/QueryView";
import { ReportButton } from "@/components/ReportButton";
import { RoleBadge } from "@/components/RoleBadge";
import { useRouteId } from "@/components/route";
import { useArtifact } from "../api/artifacts";
import { useArtifactTitles } from "../api/titles";
import { readChoice, withChoice } from "../model/choice";
import { EvaluationTab } from "./evaluation/EvaluationTab";
import { ExportsTab } from "./exports/ExportsTab";
import { Lineage } from "./Lineage";
import { MatrixTab } from "./matrix/MatrixTab";
import { RobustnessTab } from "./robustness/RobustnessTab";
import { SlicesTab } from "./slices/SlicesTab";
import { ThresholdsTab } from "./thresholds/ThresholdsTab";

const VIEWS = [
  { view: "evaluation", title: "Evaluation", View: EvaluationTab },
  { view: "matrix", title: "Matrix", View: MatrixTab },
  { view: "thresholds", title: "Thresholds", View: ThresholdsTab },
  { view: "slices", title: "Slices", View: SlicesTab },
  { view: "robustness", title: "Robustness", View: RobustnessTab },
  { view: "exports", title: "Exports & trade-offs", View: ExportsTab },
  { view: "lineage", title: "Lineage", View: Lineage },
];
const FIRST = "evaluation";

export function ArtifactPage() {
  const artifact = useArtifact(useRouteId("artifactId"));
  return <QueryView query={artifact}>{(data) => <View key={data.id} artifact={data} />}</QueryView>;
}

function View({ artifact }: { artifact: Artifact }) {
  const title = useArtifactTitles(artifact.project);
  const [search, setSearch] = useSearchParams();
  const view = VIEWS.find((one) => one.view === search.get("view"))?.view ?? FIRST;
  // Which evaluation is looked at stays when the view of it changes.
  const show = (chosen: string | null) => {
    const next = withChoice(new URLSearchParams(), readChoice(search));
    if (chosen !== null && chosen !== FIRST) next.set("view", chosen);
    setSearch(next, { replace: true });
  };
  return (
    <>
      <PageHeader
        title={
          <>
            {title(artifact)} <RoleBadge role={artifact.role || null} />
          </>
        }
        tab={title(artifact)}
        sub={
          <>
            {artifact.architecture} {artifact.variant} · {artifact.input_size.join(" × ")} · step {integer(artifact.step)} ·{" "}
            {bytes(artifact.size)} · <Ago time={artifact.created_at} /> ·{" "}
            <Link className="tess-link" to={`/projects/${artifact.project}/runs/${artifact.run}`}>
              its run
            </Link>
            {artifact.note !== "" && <div>{artifact.note}</div>}
          </>
        }
        actions={
          <>
            <ReportButton artifactId={artifact.id} />
            <Button
              leftSection={<IconDeploy />}
              component={Link}
              to={`/projects/${artifact.project}/deployments?artifact=${artifact.id}`}
            >
              Deploy
            </Button>
          </>
        }
      />
      <Tabs value={view} onChange={show} keepMounted={false}>
        <Tabs.List mb="sm">
          {VIEWS.map((one) => (
            <Tabs.Tab key={one.view} value={one.view}>
              {one.title}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {VIEWS.map((one) => (
          <Tabs.Panel key={one.view} value={one.view}>
            <one.View artifact={artifact} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </>
  );
}
