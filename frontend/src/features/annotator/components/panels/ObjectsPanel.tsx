import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type MouseEvent, useEffect, useId, useRef } from "react";
import { IconEye, IconTrash } from "@/components/icons";
import type { Shape } from "../../model/types";
import type { ClassLook } from "../../model/view/looks";
import { UNKNOWN } from "../../model/view/looks";
import { isShown, toggled, type Visibility } from "../../model/view/visibility";
import { IconEyeOff } from "../icons";
import { RowTool } from "./ClassPanel";
import { LookSwatch } from "./LookSwatch";
import classes from "./Panels.module.css";

interface Props {
  shapes: readonly Shape[];
  looks: ReadonlyMap<string, ClassLook>;
  selection: ReadonlySet<string>;
  onSelect: (ids: Iterable<string>) => void;
  onHover: (id: string | null) => void;
  onShow: (id: string) => void;
  onDelete: (ids: readonly string[]) => void;
  visibility: Visibility;
  onVisibility: (visibility: Visibility) => void;
  locked: boolean;
  /** What stands here where there are no shapes. */
  empty?: string;
}

const ROW = 28;
const NONE = "No shapes yet. Choose a class, choose a tool on the left, and draw.";

/** All shapes, the topmost first. Arrows move, Shift extends, Ctrl adds, Enter goes there, Delete deletes. */
export function ObjectsPanel(props: Props) {
  const { shapes, looks, selection, onSelect, onHover, onShow, onDelete, visibility, onVisibility, locked, empty = NONE } = props;
  const box = useRef<HTMLDivElement>(null);
  const anchor = useRef(0);
  const cursor = useRef(0);
  const listId = useId();
  const rows = shapes.toReversed();
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => box.current, estimateSize: () => ROW, overscan: 8 });
  const chosen = rows.findIndex(({ id }) => selection.has(id));

  // What is picked in the picture is to be found in the list.
  const first = selection.size === 1 ? chosen : -1;
  useEffect(() => {
    if (first < 0) return;
    cursor.current = first;
    virtual.scrollToIndex(first, { align: "auto" });
  }, [first, virtual]);

  const range = (index: number) => {
    const [from, to] = [Math.min(anchor.current, index), Math.max(anchor.current, index)];
    return rows.slice(from, to + 1).map(({ id }) => id);
  };
  const pick = (index: number, event: MouseEvent | KeyboardEvent) => {
    const id = rows[index]?.id;
    if (id === undefined) return;
    cursor.current = index;
    if (event.shiftKey) onSelect(range(index));
    else {
      anchor.current = index;
      onSelect(event.ctrlKey || event.metaKey ? toggled(selection, id) : [id]);
    }
    virtual.scrollToIndex(index, { align: "auto" });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 12, PageUp: -12, Home: -rows.length, End: rows.length };
    const step = steps[event.key];
    if (step !== undefined) pick(Math.max(0, Math.min(rows.length - 1, cursor.current + (selection.size === 0 ? 0 : step))), event);
    else if (event.key === "Enter" && chosen >= 0) onShow(rows[chosen]?.id ?? "");
    else if (event.key === "Delete" && !locked) onDelete([...selection]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  if (rows.length === 0) {
    return (
      <div className={classes.empty}>
        <p>{empty}</p>
      </div>
    );
  }
  return (
    <div
      ref={box}
      className={classes.objects}
      role="listbox"
      aria-label="Objects"
      aria-multiselectable="true"
      aria-activedescendant={chosen >= 0 ? `${listId}-${rows[chosen]?.id}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onMouseLeave={() => onHover(null)}
    >
      <div style={{ position: "relative", height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const shape = rows[index];
          if (!shape) return null;
          const look = looks.get(shape.class) ?? UNKNOWN;
          const isHidden = visibility.hidden.has(shape.id);
          return (
            <div
              key={shape.id}
              id={`${listId}-${shape.id}`}
              className={classes.row}
              style={{ position: "absolute", top: start, left: 0, right: 0, height: ROW }}
              role="option"
              aria-selected={selection.has(shape.id)}
              data-active={selection.has(shape.id) || undefined}
              data-faint={!isShown(visibility, shape) || undefined}
              onMouseEnter={() => onHover(shape.id)}
              onClick={(event) => pick(index, event)}
              onDoubleClick={() => onShow(shape.id)}
            >
              <span className={classes.main}>
                <LookSwatch look={look} size={12} />
                <span className={classes.text}>{look.name}</span>
                <small>{describe(shape, rows.length - index)}</small>
              </span>
              <RowTool
                label={isHidden ? "Show" : "Hide"}
                on={isHidden}
                onClick={() => onVisibility({ ...visibility, hidden: toggled(visibility.hidden, shape.id) })}
              >
                {isHidden ? <IconEyeOff size={14} /> : <IconEye size={14} />}
              </RowTool>
              {!locked && (
                <RowTool label="Delete" on={false} onClick={() => onDelete([shape.id])}>
                  <IconTrash size={14} />
                </RowTool>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

const KINDS = { polygons: "polygon", mask: "mask", bbox: "box" } as const;

function describe({ geometry, score }: Shape, number: number): string {
  const sure = score === null ? "" : ` · ${Math.round(score * 100)} %`;
  return `${KINDS[geometry.kind]} ${number}${sure}`;
}
