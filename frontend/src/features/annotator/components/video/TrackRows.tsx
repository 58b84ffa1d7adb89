import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type MouseEvent, type PointerEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { IconEye } from "@/components/icons";
import { keyNear, laneOf } from "../../model/video/lane";
import { frameAtX, type Scale, xOf } from "../../model/video/timeline";
import { frameOf, type Track } from "../../model/video/tracks";
import { type ClassLook, UNKNOWN } from "../../model/view/looks";
import { toggled, type Visibility } from "../../model/view/visibility";
import { IconEyeOff } from "../icons";
import { focusPicture } from "../keys";
import { RowTool } from "../panels/ClassPanel";
import { LookSwatch } from "../panels/LookSwatch";
import classes from "./Timeline.module.css";
import type { Video } from "./useVideo";

const ROW = 26;
/** A press that moves further is a drag. */
const DRAG = 4;

interface Props {
  video: Video;
  scale: Scale;
  looks: ReadonlyMap<string, ClassLook>;
  visibility: Visibility;
  onVisibility: (visibility: Visibility) => void;
}

/** One row an object. Arrows move, Shift extends, Ctrl adds, Enter goes to its first keyframe, Delete deletes it everywhere. */
export function TrackRows({ video, scale, looks, visibility, onVisibility }: Props) {
  const { store, film, snapshot } = video;
  const { chosen, document, locked } = snapshot;
  const box = useRef<HTMLDivElement>(null);
  const anchor = useRef(0);
  const listId = useId();
  const tracks = useMemo(() => [...document.tracks.values()], [document.tracks]);
  const virtual = useVirtualizer({ count: tracks.length, getScrollElement: () => box.current, estimateSize: () => ROW, overscan: 4 });
  const at = tracks.findIndex(({ id }) => chosen.has(id));
  const single = chosen.size === 1 ? at : -1;
  useEffect(() => {
    if (single >= 0) virtual.scrollToIndex(single, { align: "auto" });
  }, [single, virtual]);

  const pick = (index: number, event: MouseEvent | KeyboardEvent) => {
    const id = tracks[index]?.id;
    if (id === undefined) return;
    if (event.shiftKey) {
      const [from, to] = [Math.min(anchor.current, index), Math.max(anchor.current, index)];
      store.select(tracks.slice(from, to + 1).map((track) => track.id));
      return;
    }
    anchor.current = index;
    store.select(event.ctrlKey || event.metaKey ? toggled(chosen, id) : [id]);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, Home: -tracks.length, End: tracks.length };
    const step = steps[event.key];
    const [first] = tracks[at]?.keys ?? [];
    if (step !== undefined) pick(Math.max(0, Math.min(tracks.length - 1, at < 0 ? 0 : at + step)), event);
    else if (event.key === "Enter" && first) film.seek(frameOf(first));
    else if (event.key === "Delete" && !locked) store.removeTracks(chosen);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  if (tracks.length === 0) {
    return <div className={classes.empty}>Draw an object on any frame: its track appears here. Move it on a later frame, and it is drawn in between.</div>;
  }
  return (
    <div
      ref={box}
      className={classes.rows}
      role="listbox"
      aria-label="Tracks"
      aria-multiselectable="true"
      aria-activedescendant={at >= 0 ? `${listId}-${tracks[at]?.id}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div style={{ position: "relative", height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const track = tracks[index];
          const label = track?.keys[0]?.class;
          if (!track || label === undefined) return null;
          const look = looks.get(label) ?? UNKNOWN;
          const isHidden = visibility.hidden.has(track.id);
          const isActive = chosen.has(track.id);
          return (
            <div
              key={track.id}
              id={`${listId}-${track.id}`}
              className={classes.row}
              style={{ top: start }}
              role="option"
              aria-selected={isActive}
              data-active={isActive || undefined}
              data-faint={isHidden || visibility.hidden.has(label) || undefined}
            >
              <div className={classes.label} onClick={(event) => pick(index, event)}>
                <LookSwatch look={look} size={12} />
                <span className={classes.text}>{look.name}</span>
                <small title={track.keys.length === 1 ? "1 keyframe" : `${track.keys.length} keyframes`}>{index + 1}</small>
                <RowTool label={isHidden ? "Show" : "Hide"} on={isHidden} onClick={() => onVisibility({ ...visibility, hidden: toggled(visibility.hidden, track.id) })}>
                  {isHidden ? <IconEyeOff size={14} /> : <IconEye size={14} />}
                </RowTool>
              </div>
              <LaneBox video={video} track={track} scale={scale} look={look} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

interface LaneProps {
  video: Video;
  track: Track;
  scale: Scale;
  look: ClassLook;
}

/** Where one object is seen and its keyframes: a click goes there, a drag takes a keyframe along. */
function LaneBox({ video, track, scale, look }: LaneProps) {
  const { film, store, count, snapshot } = video;
  const lane = useMemo(() => laneOf(track, scale, count, ROW / 2), [track, scale, count]);
  const [dragged, setDragged] = useState<{ from: number; to: number } | null>(null);
  const [isNear, setNear] = useState(false);
  const press = useRef<{ x: number; from: number | null } | null>(null);
  const placeOf = ({ clientX, currentTarget }: PointerEvent<HTMLElement>) => clientX - currentTarget.getBoundingClientRect().left;

  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const x = placeOf(event);
    const key = keyNear(track, scale, x);
    press.current = { x, from: key ? frameOf(key) : null };
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    const x = placeOf(event);
    const from = press.current?.from ?? null;
    if (press.current === null) setNear(keyNear(track, scale, x) !== null);
    else if (from !== null && !snapshot.locked && (dragged || Math.abs(x - press.current.x) >= DRAG)) setDragged({ from, to: frameAtX(scale, x, count) });
  };
  const onPointerUp = (event: PointerEvent<HTMLElement>) => {
    const pressed = press.current;
    press.current = null;
    setDragged(null);
    if (!pressed) return;
    if (event.ctrlKey || event.metaKey) store.select(toggled(snapshot.chosen, track.id));
    else store.select([track.id]);
    film.stop();
    if (dragged) store.moveKey(track.id, dragged.from, dragged.to);
    film.seek(dragged ? dragged.to : (pressed.from ?? frameAtX(scale, pressed.x, count)));
    focusPicture();
  };
  const onPointerCancel = () => {
    press.current = null;
    setDragged(null);
  };
  const moving = dragged && xOf(scale, dragged.to);
  return (
    <div
      className={classes.lane}
      style={{ "--bar": look.color } as React.CSSProperties}
      data-near={isNear || undefined}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={onPointerCancel}
    >
      <svg aria-hidden="true">
        <path className={classes.bar} d={lane.bars} />
        <path className={classes.assisted} d={lane.assisted} />
        <path className={classes.end} d={lane.ends} />
        <path className={classes.key} d={lane.keys} />
        {moving !== null && <path className={classes.moving} d={`M${moving} ${ROW / 2 - 7}l7 7l-7 7l-7 -7z`} />}
      </svg>
    </div>
  );
}
