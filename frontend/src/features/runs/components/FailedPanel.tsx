import { Alert, Button, Group, Text } from "@mantine/core";
import { Link } from "react-router";
import type { LogLine, Run } from "@/api/types";
import { IconAlert, IconEdit, IconPlay, IconRuns } from "@/components/icons";
import { notifyProblem } from "@/components/notify";
import { useResumeRun } from "../api/runs";
import classes from "./Run.module.css";

const LAST = 12;

function toEnd(box: HTMLElement | null): void {
  if (box) box.scrollTop = box.scrollHeight;
}

interface Props {
  run: Run;
  lines: readonly LogLine[];
  onLog: () => void;
}

/** Why a run failed, what it said last, what to do about it, and the buttons that do it. */
export function FailedPanel({ run, lines, onLog }: Props) {
  const resume = useResumeRun(run.id);
  const { error } = run;
  const hint = error?.hint ?? "";
  return (
    <Alert color="red" icon={<IconAlert />} title={error?.title ?? "The run failed"} role="alert" mb="md">
      <Text size="sm" style={{ whiteSpace: "pre-line", overflowWrap: "anywhere" }}>
        {error?.detail ?? run.message}
      </Text>
      <Text size="sm" mt={6}>
        <b>What to try: </b>
        {hint !== "" ? hint : "Fix the cause, then resume from the last checkpoint or train again."}
      </Text>
      {lines.length > 0 && (
        <pre ref={toEnd} className={classes.failLog} tabIndex={0} aria-label="Last log lines">
          {lines
            .slice(-LAST)
            .map(({ line }) => line)
            .join("\n")}
        </pre>
      )}
      <Group gap="xs" mt="xs">
        <Button
          size="xs"
          leftSection={<IconPlay size={14} />}
          loading={resume.isPending}
          onClick={() => resume.mutate(undefined, { onError: (problem) => notifyProblem("Resuming", problem) })}
        >
          {run.step > 0 ? "Resume from the last checkpoint" : "Try again"}
        </Button>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconEdit size={14} />}
          component={Link}
          to={`/projects/${run.project}/training/${run.workflow.id}`}
        >
          Edit workflow
        </Button>
        <Button size="xs" variant="default" leftSection={<IconRuns size={14} />} onClick={onLog}>
          Open log
        </Button>
      </Group>
    </Alert>
  );
}
