import { Badge, Group, Tabs } from "@mantine/core";
import { Link, useSearchParams } from "react-router";
import type { Run } from "@/api/types";
import { Ago } from "@/components/Ago";
import { PageHeader } from "@/components/PageHeader";
import { ProblemAlert } from "@/components/ProblemAlert";
import { QueryView } from "@/components/QueryView";
import { useRouteId } from "@/components/route";
import { useRun } from "../api/runs";
import { type RunStream, useRunStream } from "../api/stream";
import { RunCharts } from "./charts/RunCharts";
import { FailedPanel } from "./FailedPanel";
import { LoadingPanel } from "./page/LoadingPanel";
import { LogView } from "./page/LogView";
import { RunActions } from "./page/RunActions";
import { RunNotes } from "./page/RunNotes";
import { RunTitle } from "./page/RunTitle";
import { Samples } from "./page/Samples";
import { Specification } from "./page/Specification";
import { RunArtifacts } from "./RunArtifacts";
import { RunProgress } from "./RunProgress";
import classes from "./Run.module.css";

const VIEWS = ["curves", "samples", "log"];

export function RunPage() {
  const id = useRouteId("runId");
  const run = useRun(id);
  return <QueryView query={run}>{(data) => <RunView key={id} run={data} />}</QueryView>;
}

function RunView({ run }: { run: Run }) {
  const stream = useRunStream(run.id);
  const [search, setSearch] = useSearchParams();
  const view = VIEWS.find((one) => one === search.get("view")) ?? "curves";
  const show = (next: string | null) => setSearch(next === null || next === "curves" ? {} : { view: next }, { replace: true });
  return (
    <>
      <PageHeader tab={run.name} title={<RunTitle run={run} />} sub={<Origin run={run} socket={stream.socket} />} actions={<RunActions run={run} />} />
      {run.status === "failed" && <FailedPanel run={run} lines={stream.lines} onLog={() => show("log")} />}
      <RunProgress run={run} />
      {stream.error != null && <ProblemAlert error={stream.error} doing="Loading the curves" />}
      <div className={classes.columns}>
        <div className={classes.main}>
          <Tabs value={view} onChange={show} keepMounted={false}>
            <Tabs.List mb="sm">
              <Tabs.Tab value="curves">Curves</Tabs.Tab>
              <Tabs.Tab value="samples">Samples</Tabs.Tab>
              <Tabs.Tab value="log">Log</Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="curves">
              <RunCharts stream={stream} run={run} />
            </Tabs.Panel>
            <Tabs.Panel value="samples">
              <Samples run={run} />
            </Tabs.Panel>
            <Tabs.Panel value="log">
              <LogView run={run} lines={stream.lines} loaded={stream.loaded} />
            </Tabs.Panel>
          </Tabs>
        </div>
        <aside className={classes.side} aria-label="About the run">
          <RunArtifacts run={run} />
          <RunNotes run={run} />
          <Specification run={run} />
          {run.loading && <LoadingPanel report={run.loading} />}
        </aside>
      </div>
    </>
  );
}

function Origin({ run, socket }: { run: Run; socket: RunStream["socket"] }) {
  const base = `/projects/${run.project}`;
  return (
    <Group gap={6} component="span">
      <span>
        <Link className="tess-link" to={`${base}/training/${run.workflow.id}`}>
          {run.workflow.name}
        </Link>{" "}
        v{run.workflow.version} · {run.spec.architecture} {run.spec.variant} · {run.started_at === null ? "queued" : "started"}{" "}
        <Ago time={run.started_at ?? run.created_at} />
        {run.created_by !== null && <> by {run.created_by.email}</>}
        {run.sweep !== null && (
          <>
            {" "}
            · trial of{" "}
            <Link className="tess-link" to={`${base}/runs/sweeps/${run.sweep}`}>
              a sweep
            </Link>
          </>
        )}
        {socket === "waiting" && " · reconnecting…"}
      </span>
      {run.tags.map((tag) => (
        <Badge key={tag} size="xs" variant="default" tt="none" component={Link} to={`${base}/runs?tag=${encodeURIComponent(tag)}`} style={{ cursor: "pointer" }}>
          {tag}
        </Badge>
      ))}
    </Group>
  );
}
