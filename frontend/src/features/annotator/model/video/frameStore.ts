import { newId as randomId } from "../newId";
import type { AnnotatorStore, StoreSnapshot } from "../store/types";
import type { Change } from "../types";
import { countKeys, framed, keyMoved, keysAdded, keysRemoved, NOTHING, outsideToggled, tracksRemoved } from "./edits";
import { frameOf, keyAt, tracksOf } from "./tracks";
import { type FrameView, viewAt } from "./view";

export interface FrameSnapshot extends StoreSnapshot {
  readonly document: FrameView;
  /** The tracks that are selected, whether they are seen on this frame or not. */
  readonly chosen: ReadonlySet<string>;
}

/** A video's store at one frame: everything that draws and edits shapes works on it as it does on an image's. */
export interface FrameStore extends AnnotatorStore {
  snapshot(): FrameSnapshot;
  /** Another frame is looked at. */
  go(frame: number): void;
  addKeys(): void;
  removeKeys(): void;
  toggleKeys(): void;
  toggleOutside(): void;
  /** On every frame. */
  removeTracks(ids: Iterable<string>): void;
  moveKey(track: string, from: number, to: number): void;
  /** What a machine wrote of a track between two frames, in either order. */
  removeMachineKeys(track: string, from: number, to: number): void;
  /** Follows the store beneath; returns what ends that. */
  start(): () => void;
}

interface Options {
  readonly newId?: () => string;
  /** Undo and redo have changed another frame than the one that is looked at. */
  readonly elsewhere?: (frame: number) => void;
}

export function createFrameStore(inner: AnnotatorStore, { newId = randomId, elsewhere }: Options = {}): FrameStore {
  const listeners = new Set<() => void>();
  let frame = 0;
  let chosen: ReadonlySet<string> = new Set();
  let current = made(null);

  function made(before: FrameSnapshot | null): FrameSnapshot {
    const { document: all, undo, redo, notices, locked } = inner.snapshot();
    const isSame = before !== null && before.document.frame === frame && before.document.tracks === tracksOf(all.shapes);
    const document = isSame ? before.document : viewAt(all, frame);
    if ([...chosen].some((id) => !document.tracks.has(id))) chosen = new Set([...chosen].filter((id) => document.tracks.has(id)));
    const seen = new Set([...chosen].filter((id) => document.shape(id) !== undefined));
    const selection = before !== null && isSameSet(before.selection, seen) ? before.selection : seen;
    return { document, selection, chosen, undo, redo, notices, locked };
  }

  function refresh(): void {
    const next = made(current);
    if ((Object.keys(next) as (keyof FrameSnapshot)[]).every((name) => next[name] === current[name])) return;
    current = next;
    for (const listener of [...listeners]) listener();
  }

  /** Others are shown keyframes: those of the selection that lie on this frame. */
  function showOthers(): void {
    const { tracks } = current.document;
    inner.select(
      [...chosen].flatMap((id) => {
        const track = tracks.get(id);
        return (track && keyAt(track, frame)?.id) ?? [];
      }),
    );
  }

  function commit(change: Change, label: string): boolean {
    if (change.create.length + change.update.length + change.delete.length === 0) return false;
    inner.commit(change, label);
    refresh();
    return true;
  }

  /** Undo and redo, wherever they did something. */
  function back(run: () => void): void {
    const before = new Set(inner.snapshot().document.shapes);
    run();
    refresh();
    const { shapes } = inner.snapshot().document;
    const now = new Set(shapes);
    const touched = [...shapes.filter((shape) => !before.has(shape)), ...[...before].filter((shape) => !now.has(shape))].map(frameOf);
    const [first] = touched;
    if (first === undefined || touched.includes(frame)) return;
    elsewhere?.(touched.reduce((a, b) => (Math.abs(b - frame) < Math.abs(a - frame) ? b : a), first));
  }

  const wanted = () => (chosen.size > 0 ? chosen : null);
  const needsOne = "Select an object first.";

  const store: FrameStore = {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    snapshot: () => current,
    commit: (change, label) => void commit(framed(change, current.document, newId), label),
    undo: () => back(inner.undo),
    redo: () => back(inner.redo),
    select(ids) {
      const next = new Set(ids);
      if (isSameSet(next, chosen)) return;
      chosen = next;
      refresh();
      showOthers();
    },
    tell: inner.tell,
    dismiss: inner.dismiss,
    keepCopy: inner.keepCopy,
    go(next) {
      if (next === frame) return;
      frame = next;
      refresh();
      if (chosen.size > 0) showOthers();
    },
    addKeys() {
      const ids = wanted();
      if (!ids) inner.tell(needsOne);
      else if (!commit(keysAdded(ids, current.document, newId), "Add a keyframe")) inner.tell("There is nothing here to make a keyframe of: it is one already, or the object is not seen on this frame.");
    },
    removeKeys() {
      const ids = wanted();
      if (!ids) inner.tell(needsOne);
      else if (!commit(keysRemoved(ids, current.document), "Remove a keyframe")) inner.tell("There is no keyframe of the selection on this frame.");
    },
    toggleKeys() {
      const { document } = current;
      const all = [...chosen].filter((id) => keyOn(document, id));
      if (all.length > 0 && all.length === chosen.size) store.removeKeys();
      else store.addKeys();
    },
    toggleOutside() {
      const ids = wanted();
      if (!ids) inner.tell(needsOne);
      else if (!commit(outsideToggled(ids, current.document, newId), "Where an object ends")) inner.tell("The object begins on a later frame.");
    },
    removeTracks(ids) {
      const gone = [...ids];
      const keys = countKeys(gone, current.document);
      const isDone = commit(tracksRemoved(gone, current.document), gone.length === 1 ? "Delete" : `Delete ${gone.length} objects`);
      if (isDone && !current.locked && keys > gone.length) inner.tell(`Deleted on all frames, with ${keys} keyframes. The diamond above the timeline removes a single one.`);
    },
    moveKey(id, from, to) {
      const track = current.document.tracks.get(id);
      const key = track && keyAt(track, from);
      const change = key ? keyMoved(track, key, to, newId) : null;
      if (change) commit(change, "Move a keyframe");
      else if (from !== to) inner.tell("The object has a keyframe there already.");
    },
    removeMachineKeys(id, from, to) {
      const [first, last] = [Math.min(from, to), Math.max(from, to)];
      const keys = current.document.tracks.get(id)?.keys ?? [];
      const gone = keys.filter((key) => key.source !== "human" && frameOf(key) >= first && frameOf(key) <= last);
      commit({ ...NOTHING, delete: gone.map((key) => key.id) }, "Remove followed keyframes");
    },
    start() {
      refresh();
      return inner.subscribe(refresh);
    },
  };
  return store;
}

function keyOn({ tracks, frame }: FrameView, id: string): boolean {
  const track = tracks.get(id);
  return track !== undefined && keyAt(track, frame) !== null;
}

function isSameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((id) => b.has(id));
}
