import { Box, Progress, Skeleton, Text } from "@mantine/core";
import { Link } from "react-router";
import type { Hardware } from "@/api/types";
import { bytes, count } from "@/components/format";
import { IconChip } from "@/components/icons";
import { PageHeader } from "@/components/PageHeader";
import { Panel } from "@/components/Panel";
import { QueryView } from "@/components/QueryView";
import { useLiveHardware, useQueue } from "../api/hardware";
import classes from "./Hardware.module.css";
import { QueueTable } from "./QueueTable";

type Device = Hardware["devices"][number];

/** What this server has to train on, what of it is in use, and who waits for it. */
export function HardwarePage() {
  const hardware = useLiveHardware();
  return (
    <Box className={classes.page}>
      <PageHeader title="Hardware" sub="What this server trains and serves on, and which runs wait for it." />
      <QueryView query={hardware} skeleton={<Looking />}>{(data) => <Overview hardware={data} />}</QueryView>
    </Box>
  );
}

/** The first look at the devices takes a few seconds. */
function Looking() {
  return (
    <>
      <Text size="sm" c="dimmed" mb="xs" role="status">
        Looking at what this server has…
      </Text>
      <div className={classes.devices}>
        <Skeleton height={172} />
      </div>
      <Skeleton height={120} />
    </>
  );
}

function Overview({ hardware: { devices, runtimes, queued } }: { hardware: Hardware }) {
  const waiting = useQueue(queued);
  return (
    <>
      <div className={classes.devices}>
        {devices.map((device) => (
          <DeviceCard key={device.id} device={device} projects={waiting.projects} />
        ))}
      </div>
      <QueueTable queued={queued} waiting={waiting} />
      <Text size="xs" c="dimmed" mt="sm">
        Models are served on {runtimes.join(", ")}.
      </Text>
    </>
  );
}

function DeviceCard({ device, projects }: { device: Device; projects: ReadonlyMap<string, string> }) {
  const { id, name, cores, memory_total: total, memory_used: used, utilization, available, runs } = device;
  return (
    <Panel
      title={
        <span className={classes.name}>
          <IconChip size={16} />
          {name}
        </span>
      }
      actions={
        <Text size="xs" c="dimmed">
          {[id, cores === null ? "" : count(cores, "core"), available ? "" : "not available"].filter((part) => part !== "").join(" · ")}
        </Text>
      }
    >
      <Meter label="In use" share={utilization === null ? null : utilization / 100} text={utilization === null ? "unknown" : `${Math.round(utilization)} %`} />
      <Meter
        label="Memory"
        scarce
        share={total === null || used === null || total === 0 ? null : used / total}
        text={total === null ? "unknown" : used === null ? bytes(total) : `${bytes(used)} of ${bytes(total)}`}
      />
      <div className={classes.runs}>
        {runs.length === 0 ? (
          <Text size="sm" c="dimmed">
            No run of yours is at work here.
          </Text>
        ) : (
          <ul aria-label={`Runs on ${name}`}>
            {runs.map((run) => (
              <li key={run.id}>
                <span className="tess-pulse" />
                <Link className="tess-link" to={`/projects/${run.project}/runs/${run.id}`}>
                  {run.name}
                </Link>
                <small>{projects.get(run.project)}</small>
              </li>
            ))}
          </ul>
        )}
      </div>
    </Panel>
  );
}

const FULL = 0.9;

interface MeterProps {
  label: string;
  share: number | null;
  text: string;
  /** Whether it is bad when little is left. */
  scarce?: boolean;
}

function Meter({ label, share, text, scarce = false }: MeterProps) {
  return (
    <div className={classes.meter}>
      <span>{label}</span>
      <Progress size="md" value={(share ?? 0) * 100} color={scarce && share !== null && share > FULL ? "orange" : undefined} aria-label={`${label}: ${text}`} />
      <b>{text}</b>
    </div>
  );
}
