import { newId as randomId } from "../newId";
import type { Change, Shape } from "../types";
import { keptNotice, noticesOf, withNotice } from "./notices";
import { normal } from "./normal";
import { placing } from "./placing";
import type { Picture } from "./document";
import { History, type Step } from "./history";
import { type Item, type KeptOp, parts } from "./pending";
import { type Foreign, Replica, type Settled } from "./replica";
import type { AnnotatorStore, Notice, StoreSnapshot } from "./types";

interface Options extends Picture {
  newId?: () => string;
  /** What a change takes along, for instance pixels from shapes of other classes; asked at every commit. */
  prepare?: (change: Change, store: AnnotatorStore) => Change;
}

/** The store, and what the sync client does with it behind the page's back. */
export interface SyncedStore extends AnnotatorStore {
  readonly replica: Replica;
  /** Called after every commit, undo and redo: there is something to send. */
  onPending: () => void;
  setLocked(locked: boolean): void;
  /** Operations of an earlier visit that the server may not have. */
  restore(ops: readonly KeptOp[]): void;
  /** Tell everybody who subscribed; after changes made through the replica. */
  refresh(): void;
}

export function createStore({ newId = randomId, prepare, ...picture }: Options): SyncedStore {
  const listeners = new Set<() => void>();
  const history = new History();
  let selection: ReadonlySet<string> = new Set();
  let notices: readonly Notice[] = [];
  let locked = true;
  let numbers = 0;
  const replica = new Replica(picture, { foreign: noteForeign, settled });
  let current = make();

  function make(): StoreSnapshot {
    const document = replica.document.snapshot();
    if ([...selection].some((id) => document.shape(id) === undefined)) {
      selection = new Set([...selection].filter((id) => document.shape(id) !== undefined));
    }
    return { document, selection, undo: history.undo, redo: history.redo, notices, locked };
  }

  function refresh(): void {
    const next = make();
    const isSame = (Object.keys(next) as (keyof StoreSnapshot)[]).every((name) => next[name] === current[name]);
    if (isSame) return;
    current = next;
    for (const listener of [...listeners]) listener();
  }

  function noteForeign(changes: readonly Foreign[]): void {
    history.noteForeign(changes);
  }

  function settled(result: Settled): void {
    if (result.refused.length === 0) return;
    history.forget(result.op.op, result.refused.map(({ item }) => item.id));
    add(noticesOf(result, newId, (id) => history.lastActor(id)));
  }

  function add(more: readonly Notice[]): void {
    notices = more.reduce(withNotice, notices);
  }

  /** Apply a change and queue it; null where it changes nothing. */
  function perform(change: Change, label: string): Step | null {
    const { document } = replica;
    const clean = normal(change, (id) => document.get(id)?.shape);
    const entries = new Map<string, { before: Shape | null; after: Shape | null }>();
    const ops: string[] = [];
    const ids = [...clean.create.map((shape) => shape.id), ...clean.update.map((item) => item.id), ...clean.delete];
    const before = new Map(ids.map((id) => [id, document.get(id)?.shape ?? null]));
    for (const part of parts(clean)) {
      const op = newId();
      ops.push(op);
      numbers += 1;
      replica.add({ op, label, number: numbers, items: items(part), sent: false });
    }
    if (ops.length === 0) return null;
    for (const [id, was] of before) entries.set(id, { before: was, after: document.get(id)?.shape ?? null });
    return history.step(label, ops, entries);
  }

  function items(part: Change): Item[] {
    const common = { frozen: false, hidden: false, shape: null, fields: {} };
    return [
      ...part.create.map((shape) => ({ ...common, kind: "create" as const, id: shape.id, shape, mine: shape, base: 0 })),
      ...part.update.map(({ id, fields }) => {
        const now = replica.document.get(id)?.shape;
        return { ...common, kind: "update" as const, id, fields, mine: now ? { ...now, ...fields } : null, ...replica.basis(id) };
      }),
      ...part.delete.map((id) => ({ ...common, kind: "delete" as const, id, mine: null, ...replica.basis(id) })),
    ];
  }

  function mayChange(): boolean {
    if (locked) store.tell("You can look at this image, but not change it.");
    return !locked;
  }

  function back(take: () => Step | undefined, put: (step: Step) => void): void {
    if (!mayChange()) return;
    const step = take();
    if (step === undefined) return;
    const { change, kept } = history.inverse(step, (id) => replica.document.get(id)?.shape);
    const inverse = perform(change, step.label);
    if (inverse) put(inverse);
    if (kept.length > 0) add([keptNotice(kept, newId())]);
    refresh();
    if (inverse) store.onPending();
  }

  const store: SyncedStore = {
    replica,
    onPending: () => undefined,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    snapshot: () => current,
    commit(change, label) {
      if (!mayChange()) return;
      const step = perform(prepare ? prepare(change, store) : change, label);
      if (step === null) return;
      history.did(step);
      refresh();
      store.onPending();
    },
    undo: () => back(() => history.takeDone(), (step) => history.putUndone(step)),
    redo: () => back(() => history.takeUndone(), (step) => history.putDone(step)),
    select(ids) {
      const next = new Set(ids);
      if (next.size === selection.size && [...next].every((id) => selection.has(id))) return;
      selection = next;
      refresh();
    },
    tell(message) {
      const last = notices.at(-1);
      if (last?.kind === "told" && last.message === message) return;
      add([{ id: newId(), kind: "told", by: null, message, mine: [], shapes: [] }]);
      refresh();
    },
    dismiss(id) {
      notices = notices.filter((notice) => notice.id !== id);
      refresh();
    },
    keepCopy(id) {
      const notice = notices.find((other) => other.id === id);
      if (notice === undefined || !mayChange()) return;
      const create = notice.mine.map((shape) => ({ ...shape, id: newId(), track: shape.track === null ? null : newId(), revision: 0 }));
      notices = notices.filter((other) => other !== notice);
      store.commit(placing(replica.document.snapshot(), create), "Keep a copy");
      store.select(create.map((shape) => shape.id));
      refresh();
    },
    setLocked(next) {
      locked = next;
      refresh();
    },
    restore(ops) {
      for (const op of ops) {
        numbers = Math.max(numbers, op.number);
        replica.add(op);
      }
    },
    refresh,
  };
  return store;
}
