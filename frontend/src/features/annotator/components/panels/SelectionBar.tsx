import { ActionIcon, Select, Tooltip } from "@mantine/core";
import type { ReactNode } from "react";
import type { LabelClass } from "@/api/types";
import { IconChevronDown, IconChevronUp, IconEye, IconFit, IconTrash } from "@/components/icons";
import type { Move } from "../../model/view/order";
import type { Shape, Task } from "../../model/types";
import { IconEyeOff, IconToBack, IconToFront } from "../icons";
import classes from "./Panels.module.css";

interface Props {
  shapes: readonly Shape[];
  labels: readonly LabelClass[];
  task: Task;
  isolated: boolean;
  locked: boolean;
  onClass: (id: string) => void;
  onMove: (move: Move) => void;
  onIsolate: () => void;
  onHide: () => void;
  onShow: () => void;
  onDelete: () => void;
}

/** What can be done with the shapes that are selected. */
export function SelectionBar(props: Props) {
  const { shapes, labels, task, isolated, locked, onClass, onMove, onIsolate, onHide, onShow, onDelete } = props;
  const [first] = shapes;
  if (!first && !isolated) return null;
  const common = first && shapes.every((shape) => shape.class === first.class) ? first.class : null;
  const action = (label: string, run: () => void, symbol: ReactNode, pressed?: boolean) => (
    <Tooltip label={label}>
      <ActionIcon size={28} variant={pressed === true ? "light" : "subtle"} color={pressed === true ? undefined : "gray"} aria-label={label} aria-pressed={pressed} onClick={run}>
        {symbol}
      </ActionIcon>
    </Tooltip>
  );
  return (
    <div className={classes.selection} role="group" aria-label="Selection">
      {first && !locked && (
        <Select
          size="xs"
          aria-label={shapes.length === 1 ? "Class of the shape" : `Class of ${shapes.length} shapes`}
          placeholder={`${shapes.length} shapes of several classes`}
          allowDeselect={false}
          searchable
          data={labels.map(({ id, name }) => ({ value: id, label: name }))}
          value={common}
          onChange={(id) => id !== null && onClass(id)}
        />
      )}
      <div className={classes.actions}>
        {first && action("Zoom to the selection", onShow, <IconFit size={15} />)}
        {first && action("Hide the selection", onHide, <IconEyeOff size={15} />)}
        {action(isolated ? "Show the others again" : "Hide the others", onIsolate, <IconEye size={15} />, isolated)}
        {first && !locked && task !== "semantic" && (
          <>
            {action("To the front", () => onMove("front"), <IconToFront size={15} />)}
            {action("One forward", () => onMove("forward"), <IconChevronUp size={15} />)}
            {action("One backward", () => onMove("backward"), <IconChevronDown size={15} />)}
            {action("To the back", () => onMove("back"), <IconToBack size={15} />)}
          </>
        )}
        <span className={classes.push} />
        {first && !locked && action("Delete", onDelete, <IconTrash size={15} />)}
      </div>
    </div>
  );
}
