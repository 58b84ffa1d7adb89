import { Switch, Text } from "@mantine/core";
import { useLayoutEffect, useRef, useState } from "react";
import type { LogLine } from "@/api/types";
import { CopyIcon } from "@/components/Code";
import { Panel } from "@/components/Panel";
import classes from "./Run.module.css";

const SHOWN = 400;
const NEAR_END = 24;

/** The end of the log; it follows while the reader is at the end. */
export function LogPanel({ lines, active, loaded }: { lines: readonly LogLine[]; active: boolean; loaded: boolean }) {
  const box = useRef<HTMLPreElement>(null);
  const [follow, setFollow] = useState(true);
  const text = lines
    .slice(-SHOWN)
    .map(({ line }) => line)
    .join("\n");
  useLayoutEffect(() => {
    if (follow && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [text, follow]);
  return (
    <Panel
      title="Log"
      flush
      actions={
        <span style={{ display: "inline-flex", gap: 10, alignItems: "center" }}>
          {active && (
            <Switch size="xs" label="Follow" checked={follow} onChange={(event) => setFollow(event.currentTarget.checked)} />
          )}
          <CopyIcon value={lines.map(({ line }) => line).join("\n")} label="Copy log" />
        </span>
      }
    >
      <pre
        ref={box}
        className={classes.log}
        tabIndex={0}
        aria-label="Log"
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) =>
          setFollow(scrollHeight - scrollTop - clientHeight < NEAR_END)
        }
      >
        {text !== "" ? text : <Text size="xs" c="dimmed">{loaded ? "Nothing was logged yet." : ""}</Text>}
      </pre>
    </Panel>
  );
}
