import { ActionIcon, Button, Collapse, Group, Progress, SegmentedControl, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef, useState } from "react";
import { bytes, count, duration } from "@/components/format";
import { IconAlert, IconCheck, IconChevronDown, IconChevronUp, IconClose, IconDownload, IconPause, IconPlay, IconRefresh } from "@/components/icons";
import { Panel } from "@/components/Panel";
import { saveText } from "@/components/saveText";
import { clearUploads, historyOf, pauseUploads, resumeUploads, retryUploads } from "../api/uploadQueue";
import { asCsv, refusals, speed, summary, type Upload } from "../model/uploads";
import classes from "./UploadPanel.module.css";

const ROW = 28;
const RANK: Record<Upload["state"], number> = { failed: 0, sending: 1, processing: 1, paused: 2, waiting: 3, duplicate: 4, done: 5 };

type Shown = "all" | "failed" | "duplicate";

/** How far the uploads are, file by file; what failed stays listed with its reason. */
export function UploadPanel({ projectId, uploads }: { projectId: string; uploads: readonly Upload[] }) {
  const [listed, { toggle }] = useDisclosure(true);
  const [shown, setShown] = useState<Shown>("all");
  const sums = summary(uploads);
  const { total, finished, failed, duplicates, paused, skipped, fraction, active } = sums;
  const rows = useMemo(
    () => [...uploads].filter(({ state }) => shown === "all" || state === shown).sort((a, b) => RANK[a.state] - RANK[b.state]),
    [uploads, shown],
  );
  const refused = failed + duplicates + skipped;
  const parts = [
    active || paused > 0 ? `${finished} of ${count(total, "file")}` : `${count(total - failed - duplicates, "file")} uploaded`,
    duplicates > 0 ? `${duplicates} already here` : "",
    skipped > 0 ? `${skipped} left out of ZIPs` : "",
    failed > 0 ? `${failed} failed` : "",
  ];
  const title = active ? "Uploading" : paused > 0 ? "Paused" : "Upload finished";
  return (
    <Panel className={classes.panel}>
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={600} role="status">
          {title}: {parts.filter((part) => part !== "").join(", ")}
        </Text>
        <Group gap={6}>
          {active && (
            <Button size="compact-xs" variant="default" leftSection={<IconPause size={12} />} onClick={() => pauseUploads(projectId)}>
              Pause
            </Button>
          )}
          {paused > 0 && (
            <Button size="compact-xs" leftSection={<IconPlay size={12} />} onClick={() => resumeUploads(projectId)}>
              Resume
            </Button>
          )}
          {failed > 0 && (
            <Button size="compact-xs" variant="default" leftSection={<IconRefresh size={12} />} onClick={() => retryUploads(projectId)}>
              Retry failed
            </Button>
          )}
          {refused > 0 && (
            <Button
              size="compact-xs"
              variant="default"
              leftSection={<IconDownload size={12} />}
              onClick={() => saveText("not-uploaded.csv", asCsv(refusals(uploads)), "text/csv")}
            >
              List of {refused}
            </Button>
          )}
          <Button size="compact-xs" variant="default" onClick={() => clearUploads(projectId)}>
            {active || paused > 0 ? "Cancel waiting" : "Dismiss"}
          </Button>
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            aria-expanded={listed}
            rightSection={listed ? <IconChevronUp size={13} /> : <IconChevronDown size={13} />}
            onClick={toggle}
          >
            Files
          </Button>
        </Group>
      </Group>
      <Progress value={fraction * 100} mt={8} size="sm" color={failed > 0 && !active ? "orange" : undefined} aria-label="Upload progress" />
      <Group justify="space-between" mt={4} mih={22}>
        <Text size="xs" c="dimmed">
          {pace(projectId, sums)}
        </Text>
        {listed && failed + duplicates > 0 && (
          <SegmentedControl
            size="xs"
            aria-label="Files shown"
            value={shown}
            onChange={(value) => setShown(value as Shown)}
            data={[
              { value: "all", label: "All" },
              { value: "failed", label: `Failed ${failed}` },
              { value: "duplicate", label: `Already here ${duplicates}` },
            ]}
          />
        )}
      </Group>
      <Collapse expanded={listed} transitionDuration={0}>
        <Files projectId={projectId} rows={rows} />
      </Collapse>
    </Panel>
  );
}

function pace(projectId: string, { sentBytes, totalBytes, active }: ReturnType<typeof summary>): string {
  const sizes = `${bytes(sentBytes)} of ${bytes(totalBytes)}`;
  const rate = active ? speed(historyOf(projectId)) : null;
  if (rate === null || rate <= 0) return sizes;
  return `${sizes} · ${bytes(rate)}/s · ${duration((totalBytes - sentBytes) / rate)} left`;
}

function Files({ projectId, rows }: { projectId: string; rows: readonly Upload[] }) {
  const box = useRef<HTMLDivElement>(null);
  const list = useVirtualizer({ count: rows.length, getScrollElement: () => box.current, estimateSize: () => ROW, overscan: 6 });
  return (
    <div ref={box} className={classes.list}>
      <ul style={{ height: list.getTotalSize() }} aria-label="Uploaded files">
        {list.getVirtualItems().map(({ index, start }) => {
          const upload = rows[index];
          if (!upload) return null;
          return (
            <li key={upload.id} data-state={upload.state} style={{ transform: `translateY(${start}px)`, height: ROW }}>
              <span className={classes.name} title={upload.name}>
                {upload.name}
              </span>
              <Outcome upload={upload} />
              <Buttons projectId={projectId} upload={upload} />
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function Outcome({ upload }: { upload: Upload }) {
  switch (upload.state) {
    case "failed":
      return (
        <span className={classes.reason} role="alert" title={upload.reason}>
          <IconAlert size={13} /> {upload.reason}
        </span>
      );
    case "done":
    case "duplicate":
      return (
        <span className={classes.done} title={upload.reason}>
          <IconCheck size={13} /> {upload.reason !== "" ? upload.reason : bytes(upload.size)}
        </span>
      );
    case "sending":
      return <Progress w={120} size="sm" value={upload.progress * 100} aria-label={`Uploading ${upload.name}`} />;
    case "processing":
      return (
        <span className={classes.done} title={upload.reason}>
          {upload.reason !== "" ? upload.reason : "taking it in"} · {Math.round(upload.progress * 100)} %
        </span>
      );
    case "paused":
      return <span className={classes.done}>paused{upload.progress > 0 && ` at ${Math.round(upload.progress * 100)} %`}</span>;
    case "waiting":
      return <span className={classes.done}>waiting</span>;
  }
}

function Buttons({ projectId, upload: { id, name, state } }: { projectId: string; upload: Upload }) {
  const button = (label: string, icon: React.ReactNode, onClick: () => void) => (
    <ActionIcon size="xs" variant="subtle" color="gray" aria-label={`${label} ${name}`} title={label} onClick={onClick}>
      {icon}
    </ActionIcon>
  );
  return (
    <span className={classes.buttons}>
      {(state === "waiting" || state === "sending") && button("Pause", <IconPause size={12} />, () => pauseUploads(projectId, id))}
      {state === "paused" && button("Resume", <IconPlay size={12} />, () => resumeUploads(projectId, id))}
      {state === "failed" && button("Retry", <IconRefresh size={12} />, () => retryUploads(projectId, id))}
      {state !== "processing" && button("Remove", <IconClose size={12} />, () => clearUploads(projectId, id))}
    </span>
  );
}
