import { ActionIcon, Tooltip } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { LabelClass } from "@/api/types";
import { IconEye, IconPlus } from "@/components/icons";
import type { ClassLook } from "../../model/view/looks";
import { toggled, type Visibility } from "../../model/view/visibility";
import { IconEyeOff, IconLock, IconUnlock } from "../icons";
import { AddClass } from "./AddClass";
import { LookSwatch } from "./LookSwatch";
import classes from "./Panels.module.css";

interface Props {
  projectId: string;
  labels: readonly LabelClass[];
  looks: ReadonlyMap<string, ClassLook>;
  counts: ReadonlyMap<string, number>;
  current: string | null;
  onCurrent: (id: string) => void;
  visibility: Visibility;
  onVisibility: (visibility: Visibility) => void;
  canAdd: boolean;
}

/** The classes: which one is drawn, and which ones are shown and may be touched. */
export function ClassPanel(props: Props) {
  const { projectId, labels, looks, counts, current, onCurrent, visibility, onVisibility, canAdd } = props;
  const [adding, setAdding] = useState(false);
  const toggle = (set: "hidden" | "locked", id: string) => onVisibility({ ...visibility, [set]: toggled(visibility[set], id) });
  return (
    <section className={classes.section} aria-label="Classes">
      <div className={classes.head}>
        <h2>Classes</h2>
        {canAdd && (
          <Tooltip label="Add a class">
            <ActionIcon size={24} variant="subtle" color="gray" aria-label="Add a class" onClick={() => setAdding(true)}>
              <IconPlus size={14} />
            </ActionIcon>
          </Tooltip>
        )}
      </div>
      {labels.length === 0 && (
        <div className={classes.empty}>
          <p>This project has no classes yet. A shape needs one.</p>
          {!canAdd && <p>Ask an owner of the project to add them.</p>}
        </div>
      )}
      <ul className={classes.classes}>
        {labels.map(({ id, name, hotkey }) => {
          const look = looks.get(id);
          const [isHidden, isLocked] = [visibility.hidden.has(id), visibility.locked.has(id)];
          return (
            <li key={id} className={classes.row} data-active={id === current || undefined} data-faint={isHidden || undefined}>
              <button type="button" className={classes.main} aria-pressed={id === current} onClick={() => onCurrent(id)}>
                {look && <LookSwatch look={look} />}
                <span className={classes.text}>{name}</span>
                {(counts.get(id) ?? 0) > 0 && <small>{counts.get(id)}</small>}
                {hotkey !== "" && <kbd className={classes.key}>{hotkey}</kbd>}
              </button>
              <RowTool label={isHidden ? `Show ${name}` : `Hide ${name}`} on={isHidden} onClick={() => toggle("hidden", id)}>
                {isHidden ? <IconEyeOff size={14} /> : <IconEye size={14} />}
              </RowTool>
              <RowTool label={isLocked ? `Unlock ${name}` : `Lock ${name}`} on={isLocked} onClick={() => toggle("locked", id)}>
                {isLocked ? <IconLock size={14} /> : <IconUnlock size={14} />}
              </RowTool>
            </li>
          );
        })}
      </ul>
      {(adding || (canAdd && labels.length === 0)) && (
        <AddClass projectId={projectId} labels={labels} onAdded={onCurrent} onClose={() => setAdding(false)} />
      )}
    </section>
  );
}

interface RowToolProps {
  label: string;
  on: boolean;
  onClick: () => void;
  children: ReactNode;
}

/** A small button at the end of a row; there while the row is pointed at, has the focus, or the thing is on. */
export function RowTool({ label, on, onClick, children }: RowToolProps) {
  return (
    <button type="button" className={classes.tool} aria-label={label} aria-pressed={on} title={label} onClick={onClick}>
      {children}
    </button>
  );
}
