import { Button } from "@mantine/core";
import { IconCheck, IconClose } from "@/components/icons";
import classes from "./Annotator.module.css";
import type { DraftState } from "./stage/hands";

interface Props {
  draft: DraftState;
  act: (action: string) => void;
  keyOf: (action: string) => string;
}

/** The ends of what is half drawn, for hands without a keyboard and for eyes that look for the key. */
export function ConfirmBar({ draft, act, keyOf }: Props) {
  if (draft.kind !== "path" && draft.kind !== "clicks") return null;
  const withKey = (text: string, action: string) => (keyOf(action) === "" ? text : `${text} · ${keyOf(action)}`);
  return (
    <div className={classes.confirm} role="group" aria-label="What is being drawn">
      <Button size="compact-sm" leftSection={<IconCheck size={14} />} loading={draft.waiting} onClick={() => act("accept")}>
        {withKey(draft.kind === "clicks" ? "Accept" : "Finish", "accept")}
      </Button>
      <Button size="compact-sm" variant="default" onClick={() => act("remove_point")}>
        {withKey("Undo point", "remove_point")}
      </Button>
      <Button size="compact-sm" variant="default" leftSection={<IconClose size={14} />} onClick={() => act("cancel")}>
        {withKey("Cancel", "cancel")}
      </Button>
    </div>
  );
}
