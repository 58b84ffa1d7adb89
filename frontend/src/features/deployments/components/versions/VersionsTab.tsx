import { Button } from "@mantine/core";
import { useState } from "react";
import type { Deployment } from "@/api/types";
import { notifyDone } from "@/components/notify";
import { Panel } from "@/components/Panel";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useChangeDeployment } from "../../api/deployments";
import { SleepField } from "../SleepField";
import { Rollout } from "./Rollout";
import classes from "./Rollout.module.css";
import { Versions } from "./Versions";

/** Which version answers, which ones are tried beside it, and whether the model sleeps. */
export function VersionsTab({ deployment }: { deployment: Deployment }) {
  return (
    <>
      <Versions deployment={deployment} />
      <div className={classes.pair}>
        <Rollout key={`canary ${deployment.canary?.version}`} deployment={deployment} role="canary" />
        <Rollout key={`shadow ${deployment.shadow?.version}`} deployment={deployment} role="shadow" />
        <Sleep key={deployment.idle_minutes} deployment={deployment} />
      </div>
    </>
  );
}

function Sleep({ deployment }: { deployment: Deployment }) {
  const [minutes, setMinutes] = useState(deployment.idle_minutes);
  const change = useChangeDeployment(deployment.id);
  return (
    <Panel title="While nobody asks" className={classes.wide ?? ""}>
      <SleepField value={minutes} onChange={setMinutes} />
      <ProblemAlert error={change.error} doing="Saving" />
      <div className={classes.buttons}>
        <Button
          size="xs"
          disabled={minutes === deployment.idle_minutes}
          loading={change.isPending}
          onClick={() => change.mutate({ idle_minutes: minutes }, { onSuccess: () => notifyDone(minutes === null ? "The model stays loaded" : "The model sleeps while nobody asks") })}
        >
          Save
        </Button>
      </div>
    </Panel>
  );
}
