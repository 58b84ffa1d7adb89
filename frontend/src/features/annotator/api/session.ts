import type { Draft, DocumentView, Point, Task } from "../model/types";
import type { AnnotatorStore, StoreSnapshot } from "../model/store/types";
import type { Person, Presence, SaveStatus } from "../model/sync/types";

interface SessionState {
  readonly status: SaveStatus;
  readonly problem: unknown;
}

export interface OpenSession {
  readonly key: string;
  readonly store: AnnotatorStore;
  readonly presence: Presence;
  readonly actions: { point(at: Point | null): void; show(draft: Draft | null): void; reload(): void };
  subscribe(listener: () => void): () => void;
  state(): SessionState;
  /** Connects; returns what ends it. */
  start(): () => void;
}

const nothing = () => undefined;

/** The session of an image: store, socket and outbox together. */
export function openSession({ id, width, height, task }: { id: string; width: number; height: number; task: Task }): OpenSession {
  const document: DocumentView = { width, height, task, shapes: [], shape: nothing };
  const snapshot: StoreSnapshot = { document, selection: new Set(), undo: null, redo: null, notices: [], locked: true };
  const store: AnnotatorStore = {
    subscribe: () => nothing,
    snapshot: () => snapshot,
    commit: nothing,
    undo: nothing,
    redo: nothing,
    select: nothing,
    tell: nothing,
    dismiss: nothing,
    keepCopy: nothing,
  };
  const people: readonly Person[] = [];
  const presence: Presence = { subscribe: () => nothing, people: () => people, cursors: () => new Map(), drafts: () => new Map() };
  const state: SessionState = { status: { state: "loading", kept: 0 }, problem: null };
  return {
    key: `${id} ${width} ${height} ${task}`,
    store,
    presence,
    actions: { point: nothing, show: nothing, reload: nothing },
    subscribe: () => nothing,
    state: () => state,
    start: () => nothing,
  };
}
