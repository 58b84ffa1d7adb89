import { Text, Tooltip } from "@mantine/core";
import { IconAlert, IconCheck, IconRefresh } from "@/components/icons";
import type { SaveStatus } from "../../model/sync/types";
import { IconCloud } from "../icons";
import classes from "./Bar.module.css";

/** Whether what one did is safe. Nothing has to be saved by hand: this only says so. */
export function SaveState({ status }: { status: SaveStatus }) {
  const { icon, text, hint, tone } = describe(status);
  return (
    <Tooltip label={hint} multiline maw={280}>
      <Text component="span" size="xs" className={classes.save} data-tone={tone} role="status" aria-label={`${text}. ${hint}`}>
        {icon}
        <span className={classes.saveText}>{text}</span>
      </Text>
    </Tooltip>
  );
}

function describe({ state, kept }: SaveStatus) {
  const changes = `${kept} ${kept === 1 ? "change" : "changes"}`;
  switch (state) {
    case "loading":
      return { icon: <IconRefresh size={14} />, text: "Loading", hint: "The shapes are being loaded.", tone: "quiet" };
    case "saved":
      return { icon: <IconCheck size={14} />, text: "Saved", hint: "Everything is on the server.", tone: "quiet" };
    case "saving":
      return { icon: <IconCloud size={14} />, text: "Saving", hint: kept > 0 ? `${changes} on the way.` : "On the way.", tone: "quiet" };
    case "offline":
      return {
        icon: <IconAlert size={14} />,
        text: kept === 0 ? "Offline" : `Offline · ${changes} kept`,
        hint: "No connection. You can go on: changes are kept in this browser and sent when it is back.",
        tone: "warning",
      };
    case "refused":
      return {
        icon: <IconAlert size={14} />,
        text: kept === 0 ? "No access" : `No access · ${changes} kept`,
        hint: "The server takes no changes from you here. Sign in again, or ask an owner for the right to annotate.",
        tone: "error",
      };
  }
}
