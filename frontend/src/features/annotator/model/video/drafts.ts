import type { Presence } from "../sync/types";
import type { Draft } from "../types";

/** A draft that says on which frame of a video it is drawn. */
type FramedDraft = Draft & { readonly frame?: number };

export function onFrame(draft: Draft | null, frame: number): Draft | null {
  if (draft === null) return null;
  const framed: FramedDraft = { ...draft, frame };
  return framed;
}

/** Others as they are seen at a frame: without what they are drawing on other ones. */
export function presenceAt(presence: Presence, frame: number): Presence {
  const isHere = ({ frame: drawn = frame }: FramedDraft) => drawn === frame;
  return {
    people: presence.people,
    cursors: presence.cursors,
    subscribe: presence.subscribe,
    drafts: () => new Map([...presence.drafts()].filter(([, draft]) => isHere(draft))),
  };
}
