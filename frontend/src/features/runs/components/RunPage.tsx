import { Button, Menu, ActionIcon } from "@mantine/core";
import { useNavigate } from "react-router";
import type { Run } from "@/api/types";
import { Ago } from "@/components/Ago";
import { ConfirmButton } from "@/components/ConfirmButton";
import { IconMore, IconPlay, IconRefresh, IconStop, IconTrash } from "@/components/icons";
import { notifyProblem } from "@/components/notify";
import { PageHeader } from "@/components/PageHeader";
import { ProblemAlert } from "@/components/ProblemAlert";
import { QueryView } from "@/components/QueryView";
import { useProjectId, useRouteId } from "@/components/route";
import { StatusBadge } from "@/components/StatusBadge";
import { Link } from "react-router";
import { deleteRun, useCancelRun, useResumeRun, useRun } from "../api/runs";
import { useRunStream } from "../api/stream";
import { isRunning } from "../model/stages";
import { FailedPanel } from "./FailedPanel";
import { LogPanel } from "./LogPanel";
import { RunArtifacts } from "./RunArtifacts";
import { RunCharts } from "./charts/RunCharts";
import { RunFacts } from "./RunFacts";
import { RunProgress } from "./RunProgress";
import classes from "./Run.module.css";

export function RunPage() {
  const id = useRouteId("runId");
  const run = useRun(id);
  return <QueryView query={run}>{(data) => <RunView key={id} run={data} />}</QueryView>;
}

function RunView({ run }: { run: Run }) {
  const projectId = useProjectId();
  const stream = useRunStream(run.id);
  return (
    <>
      <PageHeader
        tab={run.name}
        title={
          <>
            {run.name} <StatusBadge status={run.status} size="md" />
          </>
        }
        sub={
          <>
            <Link className="tess-link" to={`/projects/${projectId}/training/new?workflow=${run.workflow.id}`}>
              {run.workflow.name}
            </Link>{" "}
            v{run.workflow.version} · {run.spec.architecture} {run.spec.variant} · started{" "}
            <Ago time={run.started_at ?? run.created_at} />
            {stream.socket === "waiting" && " · reconnecting…"}
          </>
        }
        actions={<Actions run={run} />}
      />
      {run.status === "failed" && <FailedPanel run={run} lines={stream.lines} />}
      <RunProgress run={run} />
      {stream.error != null && <ProblemAlert error={stream.error} doing="Loading the curves" />}
      <div className={classes.columns}>
        <div className={classes.main}>
          <RunCharts stream={stream} run={run} />
        </div>
        <div className={classes.side}>
          <RunArtifacts run={run} />
          <LogPanel lines={stream.lines} active={isRunning(run.status)} loaded={stream.loaded} />
          <RunFacts run={run} />
        </div>
      </div>
    </>
  );
}

function Actions({ run }: { run: Run }) {
  const projectId = useProjectId();
  const navigate = useNavigate();
  const cancel = useCancelRun(run.id);
  const resume = useResumeRun(run.id);
  const active = isRunning(run.status);
  return (
    <>
      {active && (
        <ConfirmButton
          title="Cancel this run?"
          confirm="Cancel run"
          dismiss="Keep running"
          onConfirm={() => cancel.mutateAsync()}
          trigger={(open) => (
            <Button variant="default" leftSection={<IconStop />} onClick={open}>
              Cancel run
            </Button>
          )}
        >
          It stops at once. Checkpoints kept so far stay, and the run can be resumed from the last one.
        </ConfirmButton>
      )}
      {(run.status === "failed" || run.status === "cancelled") && (
        <Button
          leftSection={<IconPlay />}
          loading={resume.isPending}
          onClick={() => resume.mutate(undefined, { onError: (error) => notifyProblem("Resuming", error) })}
        >
          Resume
        </Button>
      )}
      {!active && (
        <Button variant="default" leftSection={<IconRefresh />} component={Link} to={`/projects/${projectId}/training/new?workflow=${run.workflow.id}`}>
          Train again
        </Button>
      )}
      {!active && (
        <ConfirmButton
          title={`Delete “${run.name}”?`}
          confirm="Delete run"
          onConfirm={async () => {
            await deleteRun(run.id);
            await navigate(`/projects/${projectId}/runs`);
          }}
          trigger={(open) => (
            <Menu position="bottom-end">
              <Menu.Target>
                <ActionIcon variant="default" size={36} aria-label="More actions">
                  <IconMore />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item color="red" leftSection={<IconTrash />} onClick={open}>
                  Delete run
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          )}
        >
          Its curves, log and artifacts will be gone. Artifacts that are deployed have to be taken out of service first.
        </ConfirmButton>
      )}
    </>
  );
}
