import { Alert, Text } from "@mantine/core";
import type { LogLine, Run } from "@/api/types";
import { IconAlert } from "@/components/icons";
import classes from "./Run.module.css";

const LAST = 12;

function toEnd(box: HTMLElement | null): void {
  if (box) box.scrollTop = box.scrollHeight;
}

/** Why a run failed, what it said last, and what to do about it. */
export function FailedPanel({ run, lines }: { run: Run; lines: readonly LogLine[] }) {
  const { error } = run;
  const hint = error?.hint ?? "";
  return (
    <Alert color="red" icon={<IconAlert />} title={error?.title ?? "The run failed"} role="alert" mb="md">
      <Text size="sm" style={{ whiteSpace: "pre-line", overflowWrap: "anywhere" }}>
        {error?.detail ?? run.message}
      </Text>
      {lines.length > 0 && (
        <pre ref={toEnd} className={classes.failLog} tabIndex={0} aria-label="Last log lines">
          {lines
            .slice(-LAST)
            .map(({ line }) => line)
            .join("\n")}
        </pre>
      )}
      <Text size="sm" fw={600} mt={6}>
        {hint !== "" ? hint : "Fix the cause, then resume from the last checkpoint or train again."}
      </Text>
    </Alert>
  );
}
