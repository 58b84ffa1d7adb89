import { useCallback, useState } from "react";
import type { Asset } from "@/api/types";
import { useComments } from "@/features/review/api/review";
import type { Spot } from "./CommentsPanel";
import { type Comment, nextThread, threadsOf } from "@/features/review/model/threads";
import type { Stage } from "../stage/stage";

interface Options {
  asset: Asset;
  stage: Stage | null;
  /** Of a video, the one on the screen, and how to get to another. */
  frame: number | null;
  seek: ((frame: number) => void) | null;
  selection: ReadonlySet<string>;
  /** The comments are to be seen. */
  onOpen: () => void;
}

/** The comments on an image as the annotator deals with them: which thread is looked at, where the next one goes. */
export function useTalk({ asset, stage, frame, seek, selection, onOpen }: Options) {
  const [active, setActive] = useState<string | null>(null);
  const [spot, setSpot] = useState<Spot | null>(null);
  const comments = useComments(asset.id);
  const watch = useCallback<Stage["watch"]>((watcher) => stage?.watch(watcher) ?? (() => undefined), [stage]);
  const show = ({ x, y, frame: at }: Comment) => {
    if (at !== null && at !== frame) seek?.(at);
    if (x !== null && y !== null) stage?.revealAt([x, y]);
  };
  const open = (id: string) => {
    setActive(id);
    onOpen();
  };
  /** At the pointer, or in the middle of what is to be seen; about the one shape that is selected. */
  const begin = () => {
    if (!stage) return;
    const { pointer, view } = stage;
    const at = stage.toImage(pointer?.x ?? view.width / 2, pointer?.y ?? view.height / 2);
    const inside = (value: number, size: number) => Math.min(size, Math.max(0, Math.round(value * 10) / 10));
    const [only, ...more] = selection;
    setSpot({
      x: inside(at[0], asset.width),
      y: inside(at[1], asset.height),
      frame,
      // A shape between keyframes goes by its track's id, which is no shape's.
      annotation: only !== undefined && more.length === 0 && frame === null ? only : null,
    });
    onOpen();
  };
  const next = () => {
    const thread = nextThread(threadsOf(comments.data ?? []), active, 1);
    if (!thread) return;
    open(thread.first.id);
    show(thread.first);
  };
  return { active, setActive, spot, setSpot, watch, show, open, begin, next };
}
