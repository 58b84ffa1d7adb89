import { Button, Select, Slider, Text } from "@mantine/core";
import { useState } from "react";
import type { Deployment } from "@/api/types";
import { ConfirmButton } from "@/components/ConfirmButton";
import { count, integer, milliseconds, percent } from "@/components/format";
import { notifyDone, notifyProblem } from "@/components/notify";
import { Panel } from "@/components/Panel";
import { ProblemAlert } from "@/components/ProblemAlert";
import { usePromote, useShare, useVersions } from "../../api/deployments";
import { useMetrics } from "../../api/traffic";
import { besides } from "../../model/settings";
import { versionTraffic } from "../../model/traffic";
import classes from "./Rollout.module.css";

const TEXTS = {
  canary: {
    title: "Canary",
    lead: "Another version answers a share of the requests. When it does well, promote it; when not, end it: nobody has to change an address.",
    first: 10,
    share: "Share of the requests that it answers",
    start: "Start canary",
    change: "Change share",
    end: "End canary",
    only: "Make a second version to try beside this one.",
  },
  shadow: {
    title: "Shadow",
    lead: "Another version sees a share of the requests, and nobody sees its answers: it is compared with the current one without a risk.",
    first: 100,
    share: "Share of the requests that it sees",
    start: "Start shadow",
    change: "Change share",
    end: "End shadow",
    only: "Make a second version to compare with this one.",
  },
} as const;

interface Props {
  deployment: Deployment;
  role: "canary" | "shadow";
}

/** A version beside the current one: chosen, given its share, promoted or ended. */
export function Rollout({ deployment, role }: Props) {
  const texts = TEXTS[role];
  const current = deployment[role];
  const versions = useVersions(deployment.id);
  const share = useShare(deployment.id, role);
  const others = besides(versions.data ?? [], deployment);
  const [wanted, setWanted] = useState<number | null>(current?.version ?? null);
  const [part, setPart] = useState<number>(current?.percent ?? texts.first);
  const version = wanted ?? others[0]?.version ?? null;
  const isSame = current !== null && current.version === version && current.percent === part;
  const end = () => share.mutate({ version: null, percent: 0 }, { onSuccess: () => notifyDone(`The ${role} has ended`), onError: (error) => notifyProblem(`Ending the ${role}`, error) });
  return (
    <Panel title={texts.title}>
      <p className={classes.lead}>{texts.lead}</p>
      {version === null ? (
        <Text size="sm">{texts.only}</Text>
      ) : (
        <>
          <Split deployment={deployment} role={role} version={version} part={part} />
          <div className={classes.fields}>
            <Select
              size="xs"
              label="Version"
              data={others.map((one) => ({ value: String(one.version), label: `v${one.version}` }))}
              value={String(version)}
              onChange={(value) => setWanted(Number(value))}
              allowDeselect={false}
            />
            <div>
              <Text size="xs" fw={600} mb={8}>
                {texts.share}: {part} %
              </Text>
              <Slider size="sm" min={1} max={100} step={1} label={null} thumbLabel={texts.share} value={part} onChange={setPart} />
            </div>
          </div>
          <ProblemAlert error={share.error} />
          <div className={classes.buttons}>
            <Button size="xs" disabled={isSame} loading={share.isPending} onClick={() => share.mutate({ version, percent: part })}>
              {current ? texts.change : texts.start}
            </Button>
            {role === "canary" && current && <Promote deployment={deployment} version={current.version} />}
            {current && (
              <Button size="xs" variant="default" onClick={end}>
                {texts.end}
              </Button>
            )}
          </div>
          {current && <Compared deployment={deployment} other={current.version} shadow={role === "shadow"} />}
        </>
      )}
    </Panel>
  );
}

function Split({ deployment, role, version, part }: { deployment: Deployment; role: Props["role"]; version: number; part: number }) {
  const current = `v${deployment.version}`;
  if (role === "shadow") {
    return (
      <div role="img" aria-label={`${current} answers all, v${version} sees ${part} %`}>
        <div className={classes.split}>
          <span style={{ width: "100%" }}>{current} answers all</span>
        </div>
        <div className={classes.below}>
          <span style={{ width: `${part}%` }}>{part > 15 && `v${version} sees ${part} %`}</span>
        </div>
      </div>
    );
  }
  return (
    <div className={classes.split} role="img" aria-label={`${current} answers ${100 - part} %, v${version} ${part} %`}>
      {part < 100 && <span style={{ width: `${100 - part}%` }}>{part < 88 ? `${current} ${100 - part} %` : ""}</span>}
      <span style={{ width: `${part}%` }}>{part > 12 ? `v${version} ${part} %` : ""}</span>
    </div>
  );
}

function Promote({ deployment, version }: { deployment: Deployment; version: number }) {
  const promote = usePromote(deployment.id);
  return (
    <ConfirmButton
      title={`Promote v${version}?`}
      confirm={`Serve v${version}`}
      color="tile"
      onConfirm={() => promote.mutateAsync()}
      trigger={(open) => (
        <Button size="xs" variant="light" onClick={open}>
          Promote v{version}
        </Button>
      )}
    >
      v{version} answers every request then, and v{deployment.version} stays in the list to roll back to.
    </ConfirmButton>
  );
}

/** The two versions in the last hour, side by side; a shadow also by how often it agreed. */
function Compared({ deployment, other, shadow }: { deployment: Deployment; other: number; shadow: boolean }) {
  const metrics = useMetrics(deployment.id, 60);
  const points = metrics.data?.points ?? [];
  const agreed = metrics.data?.totals.shadow;
  return (
    <>
      {shadow && (
        <Text size="sm" mt="sm">
          {agreed ? (
            <>
              Agrees in <b>{percent(agreed.agreement)}</b> of the pixels, over {count(agreed.compared, "answer")} in the last hour.
            </>
          ) : (
            "Nothing was compared in the last hour."
          )}
        </Text>
      )}
      <table className={classes.compare} aria-label="The last hour by version">
        <thead>
          <tr>
            <th scope="col">Last hour</th>
            <th scope="col">Requests</th>
            <th scope="col">Errors</th>
            <th scope="col">Worst 95 %</th>
          </tr>
        </thead>
        <tbody>
          {[deployment.version, other].map((version) => {
            const { requests, errors, worst_p95_ms: worst } = versionTraffic(points, version);
            return (
              <tr key={version}>
                <th scope="row">v{version}</th>
                <td>{integer(requests)}</td>
                <td>{requests === 0 ? "–" : percent(errors / requests)}</td>
                <td>{worst === null ? "–" : milliseconds(worst)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </>
  );
}
