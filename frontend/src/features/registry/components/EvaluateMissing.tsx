import { Button, Group, Progress, Text } from "@mantine/core";
import { useSessionStorage } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent } from "react";
import { isActive } from "@/api/jobs";
import { toldProblem } from "@/api/problem";
import type { Split } from "@/api/types";
import { count } from "@/components/format";
import { IconPlay } from "@/components/icons";
import { notifyDone, notifyProblem } from "@/components/notify";
import { type Registry, useEvaluate, useJobs } from "../api/registry";

interface Props {
  projectId: string;
  registry: Registry;
  judged: { snapshot?: string | undefined; split: Split };
}

const NONE: string[] = [];

/** Evaluates what was never judged on these images; how far that is stays known over a reload. */
export function EvaluateMissing({ projectId, registry, judged }: Props) {
  const queries = useQueryClient();
  const [ids, setIds] = useSessionStorage<string[]>({ key: `tessera-evaluating-${projectId}`, defaultValue: NONE, getInitialValueInEffect: false });
  const { jobs, lost } = useJobs(ids);
  const evaluate = useEvaluate(projectId);
  const missing = registry.results.filter(({ evaluated }) => !evaluated).map(({ artifact }) => artifact.id);
  const done = jobs.filter((job) => !isActive(job)).length + lost;
  const isRunning = ids.length > 0;
  const advanced = useEffectEvent(() => {
    if (done === 0) return;
    void queries.invalidateQueries({ queryKey: ["artifacts", projectId] });
    if (done < ids.length) return;
    const failed = jobs.filter(({ status }) => status === "failed");
    const [first] = failed;
    if (first) notifyProblem(`Evaluating ${count(failed.length, "artifact")}`, toldProblem(first.error));
    else notifyDone(`${count(ids.length, "artifact")} evaluated`);
    setIds(NONE);
  });
  useEffect(() => advanced(), [done]);
  const start = () =>
    evaluate.mutate(
      { artifacts: missing, split: judged.split, ...(judged.snapshot === undefined ? {} : { snapshot: judged.snapshot }) },
      { onSuccess: setIds, onError: (error) => notifyProblem("Evaluating", error) },
    );
  if (isRunning) {
    const share = jobs.reduce((sum, { progress, status }) => sum + (status === "queued" || status === "running" ? progress : 1), 0) / ids.length;
    return (
      <Group gap="xs" wrap="nowrap" role="status" h={30}>
        <Progress w={120} value={share * 100} animated aria-label="Evaluating" />
        <Text size="sm" c="dimmed">
          Evaluated {done} of {ids.length}
        </Text>
      </Group>
    );
  }
  if (missing.length === 0) return null;
  return (
    <Button size="xs" variant="default" leftSection={<IconPlay size={14} />} loading={evaluate.isPending} onClick={start}>
      Evaluate {missing.length === registry.results.length ? "all" : `${missing.length} missing`}
    </Button>
  );
}
