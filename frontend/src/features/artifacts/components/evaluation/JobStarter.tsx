import { Button, Stack } from "@mantine/core";
import { useSessionStorage } from "@mantine/hooks";
import type { UseMutationResult } from "@tanstack/react-query";
import { type ReactNode, useEffect, useEffectEvent } from "react";
import { isActive, useCancelJob, useJob } from "@/api/jobs";
import { ProblemError } from "@/api/problem";
import type { Job } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { IconPlay, IconTrain } from "@/components/icons";
import { JobProgress } from "@/components/JobProgress";
import { ProblemAlert } from "@/components/ProblemAlert";

interface Props<Body> {
  /** A reload in the middle finds the job again under this name. */
  name: string;
  title: string;
  /** What it is for and what it costs. */
  children: ReactNode;
  button: string;
  /** What is being done, above the progress bar. */
  doing: string;
  start: UseMutationResult<Job, Error, Body>;
  body: Body;
  disabled?: boolean;
  /** What can be chosen before. */
  options?: ReactNode;
  onEnded: () => void;
}

/** Something that is not there yet: the button that makes it, and how far that is. */
export function JobStarter<Body>({ name, title, children, button, doing, start, body, disabled = false, options, onEnded }: Props<Body>) {
  const [id, setId] = useSessionStorage<string | null>({ key: `tessera-${name}`, defaultValue: null, getInitialValueInEffect: false });
  const cancel = useCancelJob();
  const job = useJob(id);
  const status = job.error instanceof ProblemError && job.error.status === 404 ? "gone" : job.data?.status;
  const ended = useEffectEvent(() => {
    setId(null);
    onEnded();
  });
  useEffect(() => {
    if (status === "succeeded" || status === "cancelled" || status === "gone") ended();
  }, [status]);
  const begin = () => start.mutate(body, { onSuccess: (started) => setId(started.id) });
  const shown = id === null ? undefined : job.data;
  return (
    <>
      {shown && shown.status !== "succeeded" ? (
        <Stack gap="sm" p="md">
          <JobProgress job={shown} label={doing} onCancel={() => cancel.mutate(shown.id)} />
          {!isActive(shown) && (
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
          title={title}
          action={
            <Stack gap="sm" align="center" ta="left">
              {options}
              <Button leftSection={<IconPlay size={14} />} loading={start.isPending || id !== null} disabled={disabled} onClick={begin}>
                {button}
              </Button>
            </Stack>
          }
        >
          {children}
        </EmptyState>
      )}
      <ProblemAlert error={start.error} doing="Starting" />
    </>
  );
}
