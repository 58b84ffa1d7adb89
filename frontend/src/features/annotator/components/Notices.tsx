import { ActionIcon, Button } from "@mantine/core";
import { useEffect } from "react";
import { IconClose } from "@/components/icons";
import type { AnnotatorStore, Notice } from "../model/store/types";
import classes from "./Annotator.module.css";

const SHOWN = 3;
/** A line of a tool goes by itself; what concerns somebody's work stays until it was read. */
const TOLD_MS = 4500;

export function Notices({ notices, store }: { notices: readonly Notice[]; store: AnnotatorStore }) {
  return (
    <div className={classes.notices} role="status" aria-live="polite">
      {notices.slice(-SHOWN).map((notice) => (
        <Line key={notice.id} notice={notice} store={store} />
      ))}
    </div>
  );
}

function Line({ notice: { id, kind, message, mine }, store }: { notice: Notice; store: AnnotatorStore }) {
  useEffect(() => {
    if (kind !== "told") return undefined;
    const timer = setTimeout(() => store.dismiss(id), TOLD_MS);
    return () => clearTimeout(timer);
  }, [id, kind, store]);
  return (
    <div className={classes.notice} data-kind={kind}>
      <span>{message}</span>
      {mine.length > 0 && (
        <Button size="compact-xs" variant="light" onClick={() => store.keepCopy(id)}>
          Keep mine as a copy
        </Button>
      )}
      <ActionIcon size={22} variant="subtle" color="gray" aria-label="Dismiss" onClick={() => store.dismiss(id)}>
        <IconClose size={13} />
      </ActionIcon>
    </div>
  );
}
