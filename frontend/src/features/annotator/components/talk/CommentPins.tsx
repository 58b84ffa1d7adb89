import { useEffect, useMemo, useRef } from "react";
import type { Viewport } from "@/components/canvas/model/viewport";
import { useComments } from "@/features/review/api/review";
import { pinned, threadsOf } from "@/features/review/model/threads";
import type { Spot } from "./CommentsPanel";
import classes from "./Talk.module.css";

interface Props {
  assetId: string;
  /** Of a video, the one that is shown. */
  frame: number | null;
  active: string | null;
  onActive: (id: string) => void;
  spot: Spot | null;
  /** Calls back at every change of the viewport, and once at once. */
  watch: ((watcher: (viewport: Viewport) => void) => () => void) | null;
}

/** A numbered pin for each open thread that has a place, and one for the comment that is being written. */
export function CommentPins({ assetId, frame, active, onActive, spot, watch }: Props) {
  const comments = useComments(assetId);
  const box = useRef<HTMLDivElement>(null);
  const pins = useMemo(() => {
    const threads = pinned(threadsOf(comments.data ?? []), frame);
    return threads.filter(({ isOpen, first }) => isOpen || first.id === active);
  }, [comments.data, frame, active]);
  // The picture moves beside React, and the pins with it.
  useEffect(() => {
    if (!watch) return undefined;
    return watch(({ scale, x, y }) => {
      for (const pin of box.current?.children ?? []) {
        if (!(pin instanceof HTMLElement)) continue;
        const [atX, atY] = [Number(pin.dataset["x"]), Number(pin.dataset["y"])];
        pin.style.transform = `translate(${Math.round(atX * scale + x)}px, ${Math.round(atY * scale + y)}px)`;
      }
    });
  }, [watch, pins, spot]);
  return (
    <div ref={box} className={classes.pins}>
      {pins.map(({ first, number, isOpen }) => (
        <button
          key={first.id}
          type="button"
          className={`${classes.number} ${classes.pin}`}
          data-x={first.x}
          data-y={first.y}
          data-active={first.id === active || undefined}
          data-settled={!isOpen || undefined}
          aria-label={`Comment ${number} of ${first.author?.name ?? "somebody"}: ${first.text.slice(0, 80)}`}
          onClick={() => onActive(first.id)}
        >
          {number}
        </button>
      ))}
      {spot?.x != null && spot.y != null && (
        <span key="new" className={`${classes.number} ${classes.pin}`} data-x={spot.x} data-y={spot.y} data-active>
          +
        </span>
      )}
    </div>
  );
}
