import { nextKey } from "../../model/video/tracks";
import type { Work } from "../work";
import type { Video } from "./useVideo";

interface VideoReach {
  readonly video: Video;
  readonly propagate: () => void;
  readonly work?: Work;
}

const FAR = 10;

/** Does what an action of the keymap says of a video; false where it is none of a video's. */
export function performVideo(action: string, reach: VideoReach): boolean {
  const run = RUNS[action];
  if (!run) return false;
  return run(reach) !== false;
}

const RUNS: Record<string, (reach: VideoReach) => unknown> = {
  play: ({ video }) => video.film.toggle(),
  next_frame: ({ video }) => video.film.step(1),
  previous_frame: ({ video }) => video.film.step(-1),
  frames_on: ({ video }) => video.film.step(FAR),
  frames_back: ({ video }) => video.film.step(-FAR),
  first_frame: ({ video }) => video.film.seek(0),
  last_frame: ({ video }) => video.film.seek(video.count - 1),
  next_key: ({ video }) => toKey(video, 1),
  previous_key: ({ video }) => toKey(video, -1),
  toggle_key: ({ video }) => video.store.toggleKeys(),
  toggle_outside: ({ video }) => video.store.toggleOutside(),
  // What is selected and not seen on this frame is meant too.
  delete: ({ video, work }) => work?.remove([...video.snapshot.chosen]),
  remove_point: ({ video, work }) => work?.remove([...video.snapshot.chosen]),
  cancel: ({ video }) => {
    const { chosen, selection } = video.snapshot;
    if (chosen.size === 0 || selection.size > 0) return false;
    video.store.select([]);
    return true;
  },
  tool_smart: ({ video }) => video.store.tell("The smart tool works on images. Take frames out of the video as images to use it, or follow an object drawn by hand."),
  propagate: ({ video, propagate }) => {
    if (video.snapshot.chosen.size > 0) propagate();
    else video.store.tell("Select an object first: it is followed through the video.");
  },
};

/** Of the selected objects, or of all where none is selected. */
function toKey({ film, store, snapshot: { chosen, document }, state }: Video, step: 1 | -1): void {
  const all = [...document.tracks.values()];
  const tracks = chosen.size > 0 ? all.filter(({ id }) => chosen.has(id)) : all;
  const frame = nextKey(tracks, state.wanted, step);
  film.stop();
  if (frame !== null) film.seek(frame);
  else store.tell(all.length === 0 ? "There are no keyframes yet: draw an object on any frame." : `There is no keyframe ${step === 1 ? "behind" : "before"} this frame.`);
}

/** Arrows that move nothing, since nothing is selected, go through the frames. */
export const ARROWS: Record<string, string> = {
  nudge_left: "previous_frame",
  nudge_right: "next_frame",
  shove_left: "frames_back",
  shove_right: "frames_on",
};
