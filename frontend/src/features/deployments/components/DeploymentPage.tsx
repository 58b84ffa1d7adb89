import { ActionIcon, Alert, Button, Menu, Skeleton, Tabs, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import type { Deployment } from "@/api/types";
import { ConfirmButton } from "@/components/ConfirmButton";
import { compact, count, integer } from "@/components/format";
import { IconAlert, IconMoon, IconMore, IconPlay, IconStop, IconTrash } from "@/components/icons";
import { notifyProblem } from "@/components/notify";
import { PageHeader } from "@/components/PageHeader";
import { ProblemAlert } from "@/components/ProblemAlert";
import { QueryView } from "@/components/QueryView";
import { useProjectId, useRouteId } from "@/components/route";
import { Stats } from "@/components/Stat";
import { StatusBadge } from "@/components/StatusBadge";
import { useArtifactTitles } from "@/features/artifacts/api/titles";
import { quantizationTitle } from "@/features/artifacts/model/exports";
import { deleteDeployment, useDeployment, useDeploymentAction, useStats } from "../api/deployments";
import { idleText } from "../model/settings";
import classes from "./Deployment.module.css";
import { JobsTab } from "./jobs/JobsTab";
import { TrafficTab } from "./traffic/TrafficTab";
import { Endpoint } from "./use/Endpoint";
import { TryIt } from "./use/TryIt";
import { VersionsTab } from "./versions/VersionsTab";
import { DriftPanel } from "./watch/DriftPanel";
import { SamplesPanel } from "./watch/SamplesPanel";

const VIEWS = [
  { key: "use", label: "Use" },
  { key: "traffic", label: "Traffic & log" },
  { key: "versions", label: "Versions" },
  { key: "watch", label: "Drift & samples" },
  { key: "jobs", label: "Batch jobs" },
];

export function DeploymentPage() {
  const deployment = useDeployment(useRouteId("deploymentId"));
  return <QueryView query={deployment}>{(data) => <View key={data.id} deployment={data} />}</QueryView>;
}

function View({ deployment }: { deployment: Deployment }) {
  const { artifact, project } = deployment;
  const title = useArtifactTitles(project);
  const [search, setSearch] = useSearchParams();
  const view = VIEWS.find(({ key }) => key === search.get("view"))?.key ?? "use";
  const tabs = useRef<HTMLDivElement>(null);
  useEffect(() => {
    tabs.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [view]);
  const show = (next: string | null) => setSearch(next === null || next === "use" ? {} : { view: next }, { replace: true });
  return (
    <>
      <PageHeader
        tab={deployment.name}
        title={
          <>
            {deployment.name} <StatusBadge status={deployment.status === "ready" && deployment.asleep ? "asleep" : deployment.status} size="md" />
          </>
        }
        sub={
          <>
            <Link className="tess-link" to={`/projects/${project}/artifacts/${artifact.id}`}>
              {title(artifact)}
            </Link>{" "}
            · {artifact.architecture} {artifact.variant} · {deployment.runtime}
            {deployment.quantization !== "none" && deployment.quantization !== "" && ` ${quantizationTitle(deployment.quantization)}`} on {deployment.device} · v
            {deployment.version}
            {deployment.canary && ` · canary v${deployment.canary.version} ${deployment.canary.percent} %`}
            {deployment.shadow && ` · shadow v${deployment.shadow.version}`}
            {deployment.restarts > 0 && ` · ${count(deployment.restarts, "restart")}`}
          </>
        }
        actions={<Actions deployment={deployment} />}
      />
      <State deployment={deployment} />
      <Tabs value={view} onChange={show} keepMounted={false}>
        <Tabs.List mb="sm" className={classes.tabs} ref={tabs}>
          {VIEWS.map(({ key, label }) => (
            <Tabs.Tab key={key} value={key}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="use">
          <Figures deployment={deployment} />
          <TryIt deployment={deployment} />
          <div className={classes.gap}>
            <Endpoint deployment={deployment} />
          </div>
        </Tabs.Panel>
        <Tabs.Panel value="traffic">
          <TrafficTab deployment={deployment} />
        </Tabs.Panel>
        <Tabs.Panel value="versions">
          <VersionsTab deployment={deployment} />
        </Tabs.Panel>
        <Tabs.Panel value="watch">
          <DriftPanel deployment={deployment} />
          <div className={classes.gap}>
            <SamplesPanel deployment={deployment} />
          </div>
        </Tabs.Panel>
        <Tabs.Panel value="jobs">
          <JobsTab deployment={deployment} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

function State({ deployment }: { deployment: Deployment }) {
  if (deployment.status === "failed") {
    return (
      <Alert color="red" icon={<IconAlert />} title={deployment.error?.title ?? "The model could not be loaded"} mb="md" role="alert">
        {deployment.error?.detail ?? deployment.message}
        <Text size="sm" fw={600} mt={4}>
          {deployment.error?.hint ?? "Start it again, or make a version with another runtime."}
        </Text>
      </Alert>
    );
  }
  if (deployment.status === "starting") {
    return (
      <Alert icon={<span className="tess-pulse" />} title="The model is being loaded" mb="md" role="status">
        {deployment.message !== "" ? deployment.message : "It is converted for its runtime and warmed up; this takes seconds to a minute."}
      </Alert>
    );
  }
  if (deployment.status === "ready" && deployment.asleep) {
    return (
      <Alert color="violet" icon={<IconMoon />} title="Asleep" mb="md" role="status">
        Nobody asked for a while, so the model left the memory{deployment.idle_minutes === null ? "" : ` (${idleText(deployment.idle_minutes)} without requests)`}. The next request wakes it and
        waits until it is loaded.
      </Alert>
    );
  }
  return null;
}

function Figures({ deployment }: { deployment: Deployment }) {
  const stats = useStats(deployment.id, deployment.status === "ready");
  if (deployment.status !== "ready") return null;
  if (stats.error && !stats.data) return <ProblemAlert error={stats.error} doing="Loading the figures" />;
  if (!stats.data) return <Skeleton height={64} mb={14} />;
  const { requests, errors, p50_ms, p95_ms, queue, batch_mean } = stats.data;
  const ms = (value: number | null) => (value === null ? "–" : `${compact(Math.round(value * 10) / 10)} ms`);
  return (
    <div style={{ marginBottom: 14 }}>
      <Stats
        items={[
          { label: "Requests", value: integer(requests) },
          { label: "Errors", value: integer(errors) },
          { label: "Median latency", value: ms(p50_ms) },
          { label: "95th percentile", value: ms(p95_ms) },
          { label: "Waiting now", value: integer(queue) },
          { label: "Mean batch", value: batch_mean === null ? "–" : batch_mean.toFixed(2) },
        ]}
      />
    </div>
  );
}

function Actions({ deployment }: { deployment: Deployment }) {
  const projectId = useProjectId();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const action = useDeploymentAction(deployment.id);
  const isOff = deployment.status === "stopped" || deployment.status === "failed";
  return (
    <>
      {isOff ? (
        <Button
          leftSection={<IconPlay />}
          loading={action.isPending}
          onClick={() => action.mutate("start", { onError: (error) => notifyProblem("Starting", error) })}
        >
          Start
        </Button>
      ) : (
        <ConfirmButton
          title={`Stop “${deployment.name}”?`}
          confirm="Stop deployment"
          onConfirm={() => action.mutateAsync("stop")}
          trigger={(open) => (
            <Button variant="default" leftSection={<IconStop />} onClick={open}>
              Stop
            </Button>
          )}
        >
          Its endpoint answers with an error until it is started again.
        </ConfirmButton>
      )}
      <ConfirmButton
        title={`Delete “${deployment.name}”?`}
        confirm="Delete deployment"
        onConfirm={async () => {
          await deleteDeployment(deployment.id);
          await queries.invalidateQueries({ queryKey: ["deployments"] });
          await navigate(`/projects/${projectId}/deployments`);
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
                Delete deployment
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
      >
        Programs that call its endpoint will get an error. The artifact stays.
      </ConfirmButton>
    </>
  );
}
