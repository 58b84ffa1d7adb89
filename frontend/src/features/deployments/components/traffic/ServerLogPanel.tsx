import { SegmentedControl, Switch, TextInput } from "@mantine/core";
import { useLayoutEffect, useMemo, useRef, useState } from "react";
import type { Deployment, ServerLine } from "@/api/types";
import { CopyIcon } from "@/components/Code";
import { dateTime } from "@/components/format";
import { IconSearch } from "@/components/icons";
import { Panel } from "@/components/Panel";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useShortcut } from "@/components/shortcuts";
import { useServerLog } from "../../api/traffic";
import { filterLines, type Level, logText } from "../../model/log";
import classes from "./Traffic.module.css";

const NEAR_END = 24;
const NONE: readonly ServerLine[] = [];
const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** What the server says of this deployment, as it says it; it follows while the reader is at the end. */
export function ServerLogPanel({ deployment }: { deployment: Deployment }) {
  const log = useServerLog(deployment.id);
  const lines = log.data?.lines ?? NONE;
  const box = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const [follow, setFollow] = useState(true);
  const [words, setWords] = useState("");
  const [least, setLeast] = useState<Level>("info");
  const shown = useMemo(() => filterLines(lines, least, words), [lines, least, words]);
  useShortcut("/", "Search the log", () => search.current?.focus());
  useLayoutEffect(() => {
    if (follow && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [shown, follow]);
  return (
    <Panel
      title="Live log"
      flush
      actions={
        <div className={classes.tools}>
          <SegmentedControl
            size="xs"
            aria-label="Lines shown"
            value={least}
            onChange={(value) => setLeast(value as Level)}
            data={[
              { value: "info", label: "All" },
              { value: "warning", label: "Warnings" },
              { value: "error", label: "Errors" },
            ]}
          />
          <TextInput
            ref={search}
            size="xs"
            w={160}
            placeholder="Filter"
            aria-label="Filter the log"
            leftSection={<IconSearch size={13} />}
            value={words}
            onChange={(event) => setWords(event.currentTarget.value)}
            onKeyDown={(event) => event.key === "Escape" && setWords("")}
          />
          <Switch size="xs" label="Follow" checked={follow} onChange={(event) => setFollow(event.currentTarget.checked)} />
          <CopyIcon value={logText(shown)} label="Copy log" />
        </div>
      }
    >
      {log.error != null && !log.data && <ProblemAlert error={log.error} doing="Loading the log" onRetry={() => void log.refetch()} />}
      <div
        ref={box}
        className={classes.log}
        tabIndex={0}
        role="log"
        aria-label="Live log"
        aria-live="off"
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => setFollow(scrollHeight - scrollTop - clientHeight < NEAR_END)}
      >
        {shown.map(({ n, time, level, message }) => (
          <div key={n} className={classes.line} data-level={level}>
            <time dateTime={time} title={dateTime(time)}>
              {TIME.format(new Date(time))}
            </time>
            <em>{level}</em>
            <span>{message}</span>
          </div>
        ))}
        {shown.length === 0 && (
          <div className={classes.note}>
            {!log.data ? "Loading…" : lines.length > 0 ? "No line is like that." : "Nothing was logged yet: loads, requests, refusals and crashes show here."}
          </div>
        )}
      </div>
    </Panel>
  );
}
