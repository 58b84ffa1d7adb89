import type { Draft, Point } from "../types";
import { writeDraft } from "./drafts";
import { throttle } from "./throttle";

// Milliseconds between two messages of a kind; the server passes on about as many.
const CURSOR = 33;
const DRAFT = 100;
const MOST_SELECTED = 1000;

/** What of mine others see and nobody keeps: it goes out at its pace, and again after every new connection. */
export function createGestures(say: (message: object) => void, maySend: () => boolean) {
  let place: Point | null = null;
  let drawing: Draft | null = null;
  let selected: ReadonlySet<string> = new Set();
  const cursor = throttle((at: Point | null) => say({ type: "cursor", x: at?.[0] ?? null, y: at?.[1] ?? null }), CURSOR);
  const draft = throttle((next: Draft | null) => maySend() && say({ type: "draft", draft: writeDraft(next) }), DRAFT);
  const selection = throttle(
    (ids: ReadonlySet<string>) => say({ type: "selection", ids: [...ids].slice(0, MOST_SELECTED) }),
    DRAFT,
  );
  return {
    point(at: Point | null) {
      if (at === null && place === null) return;
      place = at;
      cursor.put(at);
    },
    show(next: Draft | null) {
      if (next === drawing) return;
      drawing = next;
      draft.put(next);
    },
    select(next: ReadonlySet<string>) {
      if (next === selected) return;
      selected = next;
      selection.put(next);
    },
    sayAgain() {
      if (place) cursor.put(place);
      if (drawing) draft.put(drawing);
      if (selected.size > 0) selection.put(selected);
    },
    stop() {
      cursor.stop();
      draft.stop();
      selection.stop();
    },
  };
}
