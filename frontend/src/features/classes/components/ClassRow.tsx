import { ActionIcon, Badge, Kbd, Tooltip } from "@mantine/core";
import type { LabelClass } from "@/api/types";
import { ClassSwatch } from "@/components/ClassSwatch";
import { count } from "@/components/format";
import { IconChevronDown, IconChevronUp, IconDrag, IconEdit } from "@/components/icons";
import classes from "./Classes.module.css";
import { DeleteClass } from "./DeleteClass";

interface Props {
  label: LabelClass;
  others: readonly LabelClass[];
  projectId: string;
  onEdit: () => void;
  onUp: (() => void) | undefined;
  onDown: (() => void) | undefined;
  dragged: boolean;
  onDrag: (id: string | null) => void;
  onDropHere: () => void;
}

export function ClassRow({ label, others, projectId, onEdit, onUp, onDown, dragged, onDrag, onDropHere }: Props) {
  return (
    <li
      className={classes.row}
      data-dragged={dragged || undefined}
      draggable
      onDragStart={(event) => {
        event.dataTransfer.effectAllowed = "move";
        onDrag(label.id);
      }}
      onDragEnd={() => onDrag(null)}
      onDragOver={(event) => event.preventDefault()}
      onDrop={onDropHere}
    >
      <span className={classes.handle} aria-hidden="true">
        <IconDrag />
      </span>
      <span className={classes.index} title="Value in masks">
        {label.ignore ? "–" : (label.index ?? "")}
      </span>
      <ClassSwatch color={label.color} size={16} />
      <span className={classes.name}>
        <b>{label.name}</b>
        {label.ignore && (
          <Badge size="xs" variant="light" color="gray" tt="none">
            ignored
          </Badge>
        )}
        {label.stuff && (
          <Badge size="xs" variant="light" color="gray" tt="none">
            stuff
          </Badge>
        )}
        <small>{label.description}</small>
      </span>
      <span className={classes.hotkey}>{label.hotkey !== "" && <Kbd size="xs">{label.hotkey}</Kbd>}</span>
      <span className={classes.count}>{count(label.annotations, "annotation")}</span>
      <ActionIcon.Group>
        <ActionIcon variant="subtle" color="gray" aria-label={`Move ${label.name} up`} disabled={!onUp} onClick={onUp}>
          <IconChevronUp size={14} />
        </ActionIcon>
        <ActionIcon variant="subtle" color="gray" aria-label={`Move ${label.name} down`} disabled={!onDown} onClick={onDown}>
          <IconChevronDown size={14} />
        </ActionIcon>
        <Tooltip label="Edit">
          <ActionIcon variant="subtle" color="gray" aria-label={`Edit ${label.name}`} onClick={onEdit}>
            <IconEdit size={15} />
          </ActionIcon>
        </Tooltip>
        <DeleteClass label={label} others={others} projectId={projectId} />
      </ActionIcon.Group>
    </li>
  );
}
