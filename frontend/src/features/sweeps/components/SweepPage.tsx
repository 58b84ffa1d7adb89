import { Button } from "@mantine/core";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import type { Sweep } from "@/api/types";
import { Ago } from "@/components/Ago";
import { ConfirmButton } from "@/components/ConfirmButton";
import { IconCompare, IconStop, IconTrash } from "@/components/icons";
import { PageHeader } from "@/components/PageHeader";
import { Panel } from "@/components/Panel";
import { QueryView } from "@/components/QueryView";
import { useProjectId, useRouteId } from "@/components/route";
import { StatusBadge } from "@/components/StatusBadge";
import { metricName } from "@/features/runs/model/charts";
import { deleteSweep, useCancelSweep, useSweep } from "../api/sweeps";
import { pathLabel } from "../model/form";
import { METHODS } from "../model/methods";
import { lowerIsBetter, ranked } from "../model/plot";
import { metricValue, trialText } from "../model/values";
import { Counts } from "./Counts";
import { Rungs } from "./Rungs";
import classes from "./Sweep.module.css";
import { SweepPlot } from "./SweepPlot";
import { TrialsTable } from "./TrialsTable";

const COMPARED = 6;

export function SweepPage() {
  const projectId = useProjectId();
  const id = useRouteId("sweepId");
  const sweep = useSweep(projectId, id);
  return <QueryView query={sweep}>{(data) => <SweepView key={id} sweep={data} />}</QueryView>;
}

function SweepView({ sweep }: { sweep: Sweep }) {
  const [active, setActive] = useState<string | null>(null);
  const hover = { sweep, active, onActive: setActive };
  return (
    <>
      <PageHeader
        tab={sweep.name}
        title={
          <>
            {sweep.name} <StatusBadge status={sweep.status} size="md" />
          </>
        }
        sub={
          <>
            {METHODS[sweep.method].title} over{" "}
            <Link className="tess-link" to={`/projects/${sweep.project}/training/${sweep.workflow.id}`}>
              {sweep.workflow.name}
            </Link>{" "}
            v{sweep.workflow.version}, looking for the best {metricName(sweep.metric)} · started <Ago time={sweep.created_at} />
          </>
        }
        actions={<Actions sweep={sweep} />}
      />
      <div className={classes.page}>
        <div className={classes.summary}>
          <Panel title="Runs">
            <Counts counts={sweep.counts} />
          </Panel>
          <Best sweep={sweep} />
          {sweep.method === "halving" && <Rungs {...hover} />}
        </div>
        <div className={classes.results}>
          <SweepPlot {...hover} />
          <TrialsTable {...hover} />
        </div>
      </div>
    </>
  );
}

function Best({ sweep }: { sweep: Sweep }) {
  const { best, metric, project } = sweep;
  return (
    <Panel title="Best so far">
      {best === null ? (
        <span className={classes.none}>No trial has been evaluated yet.</span>
      ) : (
        <>
          <div className={classes.bestValue}>{metricValue(metric, best.value)}</div>
          <Link className="tess-link" to={`/projects/${project}/runs/${best.run}`}>
            {sweep.trials.find(({ run }) => run === best.run)?.name ?? "Open its run"}
          </Link>
          <dl className={classes.values}>
            {Object.entries(best.trial).map(([path, value]) => (
              <div key={path}>
                <dt>{pathLabel(path)}</dt>
                <dd>{trialText(value)}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </Panel>
  );
}

function Actions({ sweep }: { sweep: Sweep }) {
  const navigate = useNavigate();
  const cancel = useCancelSweep(sweep.project, sweep.id);
  const top = ranked(sweep.trials, lowerIsBetter(sweep.metric))
    .slice(0, COMPARED)
    .map(({ run }) => run);
  return (
    <>
      {top.length > 1 && (
        <Button variant="default" leftSection={<IconCompare />} component={Link} to={`/projects/${sweep.project}/runs/compare?ids=${top.join(",")}`}>
          Compare the best {top.length}
        </Button>
      )}
      {sweep.status === "running" ? (
        <ConfirmButton
          title="Cancel this sweep?"
          confirm="Cancel sweep"
          dismiss="Keep it running"
          onConfirm={() => cancel.mutateAsync()}
          trigger={(open) => (
            <Button variant="default" leftSection={<IconStop />} onClick={open}>
              Cancel sweep
            </Button>
          )}
        >
          Runs that wait or work are cancelled. Those that are done stay, with their curves and checkpoints.
        </ConfirmButton>
      ) : (
        <ConfirmButton
          title={`Delete “${sweep.name}”?`}
          confirm="Delete sweep"
          onConfirm={async () => {
            await deleteSweep(sweep.id);
            await navigate(`/projects/${sweep.project}/runs/sweeps`);
          }}
          trigger={(open) => (
            <Button variant="default" leftSection={<IconTrash />} onClick={open}>
              Delete
            </Button>
          )}
        >
          All of its runs will be gone, with their curves, logs and artifacts.
        </ConfirmButton>
      )}
    </>
  );
}
