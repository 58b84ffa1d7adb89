import { ActionIcon, Button, Switch, Text, TextInput, Tooltip } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { memo, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { LogLine, Run } from "@/api/types";
import { CopyIcon } from "@/components/Code";
import { IconChevronDown, IconChevronUp, IconDownload, IconSearch } from "@/components/icons";
import { notifyProblem } from "@/components/notify";
import { Panel } from "@/components/Panel";
import { fileName, saveText } from "@/components/saveText";
import { useShortcut } from "@/components/shortcuts";
import { wholeLog } from "../../api/runs";
import { blocksOf, findLines, type LogBlock, parts } from "../../model/logs";
import { isRunning } from "../../model/stages";
import classes from "./Page.module.css";

const NEAR_END = 24;

interface Props {
  run: Run;
  lines: readonly LogLine[];
  loaded: boolean;
}

/** The log: it follows while the reader is at the end, is searched in place and kept as a file. */
export function LogView({ run, lines, loaded }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const [follow, setFollow] = useState(true);
  const [query, setQuery] = useState("");
  const [hit, setHit] = useState(-1);
  const blocks = useMemo(() => blocksOf(lines), [lines]);
  const found = useMemo(() => findLines(lines, query), [lines, query]);
  const current = found[hit];
  const download = useMutation({
    mutationFn: () => wholeLog(run.id),
    onSuccess: (text) => saveText(fileName(run.name, "log"), text),
    onError: (error) => notifyProblem("Downloading the log", error),
  });
  useShortcut("/", "Search the log", () => search.current?.focus());

  useLayoutEffect(() => {
    if (follow && query === "" && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines, follow, query]);
  const go = (to: number) => {
    if (found.length === 0) return;
    const next = ((to % found.length) + found.length) % found.length;
    setHit(next);
    setFollow(false);
    box.current?.querySelector(`[data-n="${found[next]}"]`)?.scrollIntoView({ block: "center" });
  };

  return (
    <Panel
      title="Log"
      flush
      actions={
        <div className={classes.logTools}>
          <TextInput
            ref={search}
            size="xs"
            w={200}
            placeholder="Search"
            aria-label="Search the log"
            leftSection={<IconSearch size={13} />}
            value={query}
            onChange={(event) => {
              setQuery(event.currentTarget.value);
              setHit(-1);
            }}
            onKeyDown={(event) => {
              if (event.key === "Enter") go(event.shiftKey ? hit - 1 : hit + 1);
              if (event.key === "Escape") setQuery("");
            }}
          />
          {query.trim() !== "" && (
            <>
              <Text size="xs" c="dimmed" role="status">
                {found.length === 0 ? "nothing found" : hit < 0 ? `${found.length} found` : `${hit + 1} of ${found.length}`}
              </Text>
              <ActionIcon.Group>
                <ActionIcon variant="default" size="sm" aria-label="Previous hit" disabled={found.length === 0} onClick={() => go(hit - 1)}>
                  <IconChevronUp size={13} />
                </ActionIcon>
                <ActionIcon variant="default" size="sm" aria-label="Next hit" disabled={found.length === 0} onClick={() => go(hit + 1)}>
                  <IconChevronDown size={13} />
                </ActionIcon>
              </ActionIcon.Group>
            </>
          )}
          {isRunning(run.status) && (
            <Switch size="xs" label="Follow" checked={follow} onChange={(event) => setFollow(event.currentTarget.checked)} />
          )}
          <CopyIcon value={lines.map(({ line }) => line).join("\n")} label="Copy log" />
          <Tooltip label="The whole log as a file">
            <Button size="compact-sm" variant="default" leftSection={<IconDownload size={14} />} loading={download.isPending} onClick={() => download.mutate()}>
              Download
            </Button>
          </Tooltip>
        </div>
      }
    >
      <div
        ref={box}
        className={classes.log}
        tabIndex={0}
        role="log"
        aria-label="Log"
        aria-live="off"
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) =>
          setFollow(scrollHeight - scrollTop - clientHeight < NEAR_END)
        }
      >
        {lines.length > 0 && (lines[0]?.n ?? 0) > 1 && <div className={classes.logNote}>Earlier lines are in the download.</div>}
        {blocks.map((block) => (
          <Block
            key={block.key}
            block={block}
            query={query}
            current={current !== undefined && block.lines.some(({ n }) => n === current) ? current : undefined}
          />
        ))}
        {lines.length === 0 && <div className={classes.logNote}>{loaded ? "Nothing was logged yet." : "Loading…"}</div>}
      </div>
    </Panel>
  );
}

interface BlockProps {
  block: LogBlock;
  query: string;
  current: number | undefined;
}

const Block = memo(
  function Block({ block, query, current }: BlockProps) {
    return block.lines.map(({ n, line }) => (
      <div key={n} data-n={n} className={classes.logLine} data-current={n === current || undefined}>
        {parts(line, query).map((part, index) => (index % 2 === 1 ? <mark key={index}>{part}</mark> : part))}
        {"\n"}
      </div>
    ));
  },
  (before, after) =>
    before.query === after.query && before.current === after.current && before.block.lines.length === after.block.lines.length && before.block.lines[0]?.n === after.block.lines[0]?.n,
);
