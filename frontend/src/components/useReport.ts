import { useSessionStorage } from "@mantine/hooks";
import { useEffect, useEffectEvent } from "react";
import { isActive, useJob } from "@/api/jobs";
import { toldProblem } from "@/api/problem";
import { useHasReport, useMakeReport, useReportMade } from "@/api/reports";
import { notifyDone, notifyProblem } from "./notify";

export type Report = ReturnType<typeof useReport>;

/** The report of an artifact: whether there is one, and one being made. A reload goes on with what was begun. */
export function useReport(artifactId: string, opened: boolean) {
  const [begun, setBegun] = useSessionStorage<string | null>({ key: `tessera-report-${artifactId}`, defaultValue: null, getInitialValueInEffect: false });
  const job = useJob(begun);
  const there = useHasReport(artifactId, opened || begun !== null);
  const making = useMakeReport(artifactId);
  const made = useReportMade(artifactId);
  const status = job.data?.status;
  // What a session remembers can be older than the server's data.
  const isLost = job.isError && job.data === undefined;
  const ended = useEffectEvent(() => {
    if (begun === null) return;
    if (status === "succeeded") {
      made();
      notifyDone("The report is ready: open it from the same menu");
    } else if (status === "failed") notifyProblem("Making the report", toldProblem(job.data?.error));
    else if (status !== "cancelled" && !isLost) return;
    setBegun(null);
  });
  useEffect(() => ended(), [status, isLost]);
  const isMaking = making.isPending || (begun !== null && !isLost && (job.data === undefined || isActive(job.data)));
  return {
    artifactId,
    there,
    isMaking,
    progress: job.data?.progress ?? 0,
    make: () => making.mutate(undefined, { onSuccess: ({ id }) => setBegun(id), onError: (error) => notifyProblem("Making the report", error) }),
  };
}
