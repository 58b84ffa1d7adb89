import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { isActive, useCancelJob, useJob } from "@/api/jobs";
import type { Deployment, PredictionJob } from "@/api/types";
import { Ago } from "@/components/Ago";
import { EmptyState } from "@/components/EmptyState";
import { count, integer } from "@/components/format";
import { IconDownload, IconRuns } from "@/components/icons";
import { JobProgress } from "@/components/JobProgress";
import { notifyProblem } from "@/components/notify";
import { Panel } from "@/components/Panel";
import { QueryView } from "@/components/QueryView";
import { useBatchJobs } from "../../api/jobs";
import { jobTitle, resultOf } from "../../model/jobs";
import { BatchForm } from "./BatchForm";
import classes from "./Jobs.module.css";

/** Predictions of many images at once, as files to take away. */
export function JobsTab({ deployment }: { deployment: Deployment }) {
  const jobs = useBatchJobs(deployment.id);
  return (
    <>
      <BatchForm deployment={deployment} />
      <div className={classes.gap}>
        <QueryView query={jobs}>
          {(list) => (
            <Panel title="Jobs" flush>
              {list.length === 0 ? (
                <EmptyState icon={<IconRuns size={34} />} title="No batch jobs yet">
                  A job predicts a whole snapshot, a folder or a video, and gives one file with every answer.
                </EmptyState>
              ) : (
                <ul className={classes.jobs} aria-label="Batch jobs">
                  {list.map((job) => (
                    <li key={job.id}>{isActive(job) || job.status === "failed" || job.status === "cancelled" ? <Running deployment={deployment} job={job} /> : <Done job={job} />}</li>
                  ))}
                </ul>
              )}
            </Panel>
          )}
        </QueryView>
      </div>
    </>
  );
}

function Running({ deployment, job }: { deployment: Deployment; job: PredictionJob }) {
  const live = useJob(isActive(job) ? job.id : null);
  const cancel = useCancelJob();
  const queries = useQueryClient();
  const status = live.data?.status ?? job.status;
  const hasEnded = isActive(job) && !isActive({ status });
  useEffect(() => {
    if (hasEnded) void queries.invalidateQueries({ queryKey: ["deployment", deployment.id, "jobs"] });
  }, [hasEnded, deployment.id, queries]);
  return <JobProgress job={live.data ?? job} label={jobTitle(job)} onCancel={() => cancel.mutate(job.id, { onError: (error) => notifyProblem("Cancelling", error) })} />;
}

function Done({ job }: { job: PredictionJob }) {
  const result = resultOf(job);
  return (
    <>
      <div className={classes.done}>
        <strong>{jobTitle(job)}</strong>
        <span>
          {result?.done}
          {result?.predictions != null && `, ${count(result.predictions, "prediction")}`}
        </span>
        {result && result.failures > 0 && <small>{integer(result.failures)} failed</small>}
        <Ago time={job.created_at} />
        <span>
          {result?.url != null && (
            <Button size="compact-sm" variant="default" component="a" href={result.url} download leftSection={<IconDownload size={14} />}>
              Download
            </Button>
          )}
        </span>
      </div>
      {result && result.failed.length > 0 && (
        <details className={classes.failed}>
          <summary>What failed{result.failed.length < result.failures ? `, the first ${result.failed.length}` : ""}</summary>
          <ul>
            {result.failed.map(({ item, reason }) => (
              <li key={item}>
                {item}: {reason}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
