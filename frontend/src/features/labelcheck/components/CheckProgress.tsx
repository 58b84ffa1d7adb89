import { Button, Stack, Text } from "@mantine/core";
import { isActive, useCancelJob, useJob } from "@/api/jobs";
import { JobProgress } from "@/components/JobProgress";
import { notifyProblem } from "@/components/notify";
import { Panel } from "@/components/Panel";
import { QueryView } from "@/components/QueryView";
import type { LabelCheck } from "../api/labelcheck";
import { foldBars } from "../model/estimate";
import classes from "./LabelCheck.module.css";

/** How far a check is, fold by fold; one that failed or was cancelled says so and what can be done. */
export function CheckProgress({ check, onAgain }: { check: LabelCheck; onAgain?: () => void }) {
  const job = useJob(check.job);
  const cancel = useCancelJob();
  if (check.job === null) return <Text c="dimmed">This check has no result: it was ended before it had one.</Text>;
  return (
    <Panel>
      <QueryView query={job}>
        {(data) => (
          <Stack gap="sm">
            <JobProgress
              job={data}
              label={check.artifact ? "Checking with a trained model" : "Checking with folds"}
              onCancel={() => cancel.mutate(data.id, { onError: (error) => notifyProblem("Cancelling", error) })}
            />
            {check.folds !== null && check.artifact === null && isActive(data) && <Folds folds={check.folds} progress={data.progress} />}
            {!isActive(data) && data.status !== "succeeded" && onAgain && (
              <div>
                <Button size="xs" variant="default" onClick={onAgain}>
                  Start a new check
                </Button>
              </div>
            )}
          </Stack>
        )}
      </QueryView>
    </Panel>
  );
}

function Folds({ folds, progress }: { folds: number; progress: number }) {
  return (
    <div>
      <div className={classes.folds} role="img" aria-label={`${Math.floor(progress * folds)} of ${folds} folds done`}>
        {foldBars(progress, folds).map((share, fold) => (
          <span key={fold}>
            <i style={{ width: `${share * 100}%` }} />
          </span>
        ))}
      </div>
      <Text size="xs" c="dimmed" mt={4}>
        Each of {folds} models learns from the other folds and judges the one that it never saw. A check that is interrupted goes on where it was.
      </Text>
    </div>
  );
}
