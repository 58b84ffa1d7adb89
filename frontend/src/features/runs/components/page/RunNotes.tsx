import { SegmentedControl, Stack, TagsInput, Text, Textarea } from "@mantine/core";
import { useEffect, useEffectEvent, useState } from "react";
import { explain } from "@/api/problem";
import type { Priority, Run } from "@/api/types";
import { notifyProblem } from "@/components/notify";
import { Panel } from "@/components/Panel";
import { useChangeRun, useRuns } from "../../api/runs";
import { tagsOf } from "../../model/table";

const WAIT = 900;
const LONGEST_NOTES = 20_000;
const MOST_TAGS = 20;
const LONGEST_TAG = 50;

/** What people say of a run; every change saves itself. */
export function RunNotes({ run }: { run: Run }) {
  const [text, setText] = useState<string | null>(null);
  const change = useChangeRun(run);
  const save = () => {
    if (text !== null && text !== run.notes) change.mutate({ notes: text });
  };
  const saveNow = useEffectEvent(save);
  useEffect(() => {
    if (text === null) return undefined;
    const timer = setTimeout(() => saveNow(), WAIT);
    return () => clearTimeout(timer);
  }, [text]);
  // What was typed last is not lost when the page is left at once.
  useEffect(() => () => saveNow(), []);
  const waiting = change.isPending || (text !== null && text !== run.notes);
  const state = change.error ? `Not saved: ${explain(change.error).title}` : waiting ? "Saving…" : text !== null ? "Saved" : "";
  return (
    <Panel
      title="Notes"
      actions={
        <Text size="xs" c={change.error ? "red" : "dimmed"} role="status">
          {state}
        </Text>
      }
    >
      <Stack gap="sm">
        <Textarea
          size="sm"
          aria-label="Notes"
          placeholder="What is this run about? What did it show?"
          autosize
          minRows={2}
          maxRows={14}
          maxLength={LONGEST_NOTES}
          value={text ?? run.notes}
          onChange={(event) => setText(event.currentTarget.value)}
          onBlur={save}
        />
        <Tags run={run} />
        {run.status === "queued" && <Queue run={run} />}
      </Stack>
    </Panel>
  );
}

function Tags({ run }: { run: Run }) {
  const runs = useRuns(run.project);
  const change = useChangeRun(run);
  const keep = (value: string[]) => {
    const tags = value.map((tag) => tag.trim().slice(0, LONGEST_TAG)).filter((tag) => tag !== "");
    change.mutate({ tags }, { onError: (error) => notifyProblem("Changing tags", error) });
  };
  return (
    <TagsInput
      size="xs"
      label="Tags"
      placeholder={run.tags.length === 0 ? "Add a tag, then Enter" : ""}
      data={tagsOf(runs.data ?? [])}
      value={change.isPending ? (change.variables.tags ?? run.tags) : run.tags}
      onChange={keep}
      maxTags={MOST_TAGS}
    />
  );
}

const PRIORITIES: { value: Priority; label: string }[] = [
  { value: "low", label: "Low" },
  { value: "normal", label: "Normal" },
  { value: "high", label: "High" },
];

function Queue({ run }: { run: Run }) {
  const change = useChangeRun(run);
  return (
    <div>
      <Text size="xs" fw={500} mb={4}>
        Priority in the queue
      </Text>
      <SegmentedControl
        size="xs"
        fullWidth
        aria-label="Priority in the queue"
        data={PRIORITIES}
        value={change.isPending ? (change.variables.priority ?? run.priority) : run.priority}
        onChange={(priority) =>
          change.mutate({ priority: priority as Priority }, { onError: (error) => notifyProblem("Changing the priority", error) })
        }
      />
      <Text size="xs" c="dimmed" mt={4}>
        {placeText(run.queue_position)}
      </Text>
    </div>
  );
}

function placeText(position: number | null): string {
  if (position === null) return "It waits for a device.";
  return position === 1 ? "It is next." : `${position - 1} ${position === 2 ? "run is" : "runs are"} before it.`;
}
