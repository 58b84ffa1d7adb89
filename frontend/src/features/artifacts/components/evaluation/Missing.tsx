import { Button, Stack } from "@mantine/core";
import { useSessionStorage } from "@mantine/hooks";
import { useEffect, useEffectEvent } from "react";
import { isActive, useCancelJob, useJob } from "@/api/jobs";
import { ProblemError } from "@/api/problem";
import type { Artifact } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { count } from "@/components/format";
import { IconPlay, IconTrain } from "@/components/icons";
import { JobProgress } from "@/components/JobProgress";
import { Panel } from "@/components/Panel";
import { ProblemAlert } from "@/components/ProblemAlert";
import { SPLIT_NAMES } from "@/features/data/model/chips";
import { useSnapshots } from "@/features/snapshots/api/snapshots";
import { useForgetEvaluations, useStartEvaluation } from "../../api/evaluation";
import type { Choice } from "../../model/choice";

/** Nothing was measured there yet: the button that does it, and how far that is. */
export function Missing({ artifact, choice: { snapshot, split } }: { artifact: Artifact; choice: Choice }) {
  const own = snapshot ?? artifact.lineage.snapshot ?? "";
  const [job, setJob] = useSessionStorage<string | null>({ key: `tessera-evaluating-${artifact.id}-${own}-${split}`, defaultValue: null, getInitialValueInEffect: false });
  const snapshots = useSnapshots(artifact.project);
  const start = useStartEvaluation(artifact.id);
  const forget = useForgetEvaluations(artifact.id);
  const cancel = useCancelJob();
  const running = useJob(job);
  const status = running.error instanceof ProblemError && running.error.status === 404 ? "gone" : running.data?.status;
  const ended = useEffectEvent(() => {
    setJob(null);
    void forget();
  });
  useEffect(() => {
    if (status === "succeeded" || status === "cancelled" || status === "gone") ended();
  }, [status]);

  const begin = () =>
    start.mutate({ split, ...(snapshot === null ? {} : { snapshot }) }, { onSuccess: ({ id }) => setJob(id) });
  const found = snapshots.data?.find(({ id }) => id === own);
  const images = found?.counts[split];
  const name = SPLIT_NAMES[split].toLowerCase();
  return (
    <Panel>
      {running.data && job !== null && running.data.status !== "succeeded" ? (
        <Stack gap="sm" p="md">
          <JobProgress job={running.data} label={`Evaluating on the ${name} images of ${found?.name ?? "the snapshot"}`} onCancel={() => cancel.mutate(running.data.id)} />
          {!isActive(running.data) && (
            <div>
              <Button size="xs" variant="default" loading={start.isPending} onClick={begin}>
                Try again
              </Button>
            </div>
          )}
        </Stack>
      ) : (
        <EmptyState
          icon={<IconTrain size={34} />}
          title="Not evaluated here yet"
          action={
            <Button leftSection={<IconPlay size={14} />} loading={start.isPending} disabled={images === 0} onClick={begin}>
              Evaluate
            </Button>
          }
        >
          {images === 0
            ? `The snapshot has no ${name} images: choose another split.`
            : `This artifact has not seen ${images === undefined ? `the ${name} images` : `the ${count(images, `${name} image`)}`} of ${found === undefined ? "this snapshot" : `“${found.name}”`}. Evaluating predicts every one of them and keeps the counts.`}
        </EmptyState>
      )}
      <ProblemAlert error={start.error} doing="Evaluating" />
    </Panel>
  );
}
