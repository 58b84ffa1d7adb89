import { useEffect, useMemo, useSyncExternalStore } from "react";
import type { Asset } from "@/api/types";
import { frameUrl, useVideoFrames } from "../../api/frames";
import type { AnnotatorSession } from "../../api/useSession";
import type { Draft } from "../../model/types";
import { onFrame, presenceAt } from "../../model/video/drafts";
import { createFrameStore, type FrameSnapshot, type FrameStore } from "../../model/video/frameStore";
import { Film, type FilmState } from "./film";

/** A video that is open: its film, and its shapes at the frame that is on the screen. */
export interface Video {
  readonly film: Film;
  readonly store: FrameStore;
  readonly snapshot: FrameSnapshot;
  readonly state: FilmState;
  readonly count: number;
  /** What of the file cannot be read; "" where all can. */
  readonly warning: string;
}

const RATE = 25;

/**
 * The session of a video as that of the frame on the screen, so that everything else works on it as on an image; and the
 * video itself. An image's session comes back as it is.
 */
export function useVideo(session: AnnotatorSession, asset: Asset): { session: AnnotatorSession; video: Video | null } {
  const isVideo = asset.media === "video";
  const { id, frames, fps, width, height } = asset;
  const beneath = session.store;
  const count = frames ?? 1;
  const made = useMemo(() => {
    if (!isVideo) return null;
    // Each needs the other: a frame on the screen is a frame of the store, and undo leads to a frame.
    const film: Film = new Film({ count, fps: fps ?? RATE, url: (frame, size) => frameUrl(id, frame, size), shown: (frame) => store.go(frame) }, Math.max(width ?? 0, height ?? 0));
    const store: FrameStore = createFrameStore(beneath, { elsewhere: (frame) => film.seek(frame) });
    return { film, store };
  }, [isVideo, beneath, id, count, fps, width, height]);

  useEffect(() => {
    if (!made) return undefined;
    const ends = [made.store.start(), made.film.start()];
    return () => ends.forEach((end) => end());
  }, [made]);
  const info = useVideoFrames(isVideo ? id : null);
  const seconds = info.data?.seconds ?? null;
  useEffect(() => made?.film.setSeconds(seconds), [made, seconds]);

  const snapshot = useSyncExternalStore(made?.store.subscribe ?? idle, made?.store.snapshot ?? nothing);
  const state = useSyncExternalStore(made?.film.subscribe ?? idle, made?.film.state ?? nothing);
  const frame = snapshot?.document.frame ?? null;
  const { presence, show } = session;
  const seen = useMemo(() => (frame === null ? presence : presenceAt(presence, frame)), [presence, frame]);
  const showHere = useMemo(() => (made ? (draft: Draft | null) => show(onFrame(draft, made.store.snapshot().document.frame)) : show), [made, show]);
  if (!made || !snapshot || !state) return { session, video: null };
  return {
    session: { ...session, store: made.store, snapshot, presence: seen, show: showHere },
    video: { ...made, snapshot, state, count, warning: asset.warning },
  };
}

function idle(): () => void {
  return () => undefined;
}

function nothing(): null {
  return null;
}
