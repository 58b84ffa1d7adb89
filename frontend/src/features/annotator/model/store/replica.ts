import type { Shape } from "../types";
import { type Picture, type Placed, Document, unborn } from "./document";
import { differing, type Field, FIELDS, overlap, reusing, same } from "./fields";
import { folded, type Item, type KeptOp, type PendingOp, type Refusal, staked } from "./pending";
import { rejudge } from "./rebase";

/** One revision as the server tells it. */
export interface RemoteChange {
  readonly revision: number;
  readonly op: string | null;
  readonly actor: { readonly id: string; readonly name: string } | null;
  readonly created: readonly Placed[];
  readonly updated: readonly Placed[];
  readonly deleted: readonly string[];
}

/** What somebody else did to a shape. */
export interface Foreign {
  readonly id: string;
  readonly fields: readonly Field[];
  readonly actor: string | null;
}

/** An operation that is over: in the server's state, or refused. */
export interface Settled {
  readonly op: PendingOp;
  readonly refused: readonly { readonly item: Item; readonly refusal: Refusal }[];
  /** Why the server took nothing of it. */
  readonly problem: string | null;
}

interface Listeners {
  foreign(changes: readonly Foreign[]): void;
  settled(result: Settled): void;
}

/**
 * What the server has (at `revision`), what of mine it has not confirmed, and the document that both make. Changes come in
 * the order of their revisions; mine are applied on top of each anew, shape by shape.
 */
export class Replica {
  revision = 0;
  readonly document: Document;
  private server = new Map<string, Placed>();
  private pending: PendingOp[] = [];
  private waiting = new Map<string, { op: PendingOp; item: Item; born: string }[]>();
  private births = 0;
  /** When shapes that are deleted by now came to be: brought back, they lie where they lay. */
  private buried = new Map<string, string>();
  private isLoaded = false;
  /** Operations whose kept form is out of date. */
  readonly dirty = new Set<PendingOp>();

  constructor(
    picture: Picture,
    private readonly listeners: Listeners,
  ) {
    this.document = new Document(picture);
  }

  get ops(): readonly PendingOp[] {
    return this.pending;
  }

  /** What a change of a shape that is made now is made from: no more is known of it than of what it is made on top of. */
  basis(id: string): Pick<Item, "base" | "frozen"> {
    const unsure = this.waiting.get(id)?.find(({ op, item }) => op.accepted === null && item.frozen && !item.hidden);
    return unsure ? { base: unsure.item.base, frozen: true } : { base: this.written(id), frozen: false };
  }

  /** The revision that wrote the shape last. */
  private written(id: string): number {
    return this.server.get(id)?.shape.revision ?? 0;
  }

  /** Operations that may be sent now: in order, and never one on a shape that an unconfirmed one before it is on. */
  sendable(most: number): PendingOp[] {
    const busy = new Set<string>();
    const ready: PendingOp[] = [];
    for (const op of this.pending) {
      if (op.accepted === null) {
        if (ready.length === most || op.items.some(({ id }) => busy.has(id))) break;
        ready.push(op);
      }
      for (const { id } of op.items) busy.add(id);
    }
    return ready;
  }

  add(kept: KeptOp): PendingOp {
    const op: PendingOp = { ...kept, landed: false, accepted: null, refused: [] };
    this.pending.push(op);
    for (const item of op.items) {
      const entries = this.waiting.get(item.id) ?? [];
      const before = item.kind === "create" ? (item.born ?? this.server.get(item.id)?.born ?? this.buried.get(item.id)) : undefined;
      if (before !== undefined) item.born = before;
      entries.push({ op, item, born: before ?? unborn(++this.births) });
      this.waiting.set(item.id, entries);
    }
    this.dirty.add(op);
    this.show(op.items.map(({ id }) => id));
    return op;
  }

  /** A revision: false where one before it is missing, then the document has to be read anew. */
  receive(change: RemoteChange): boolean {
    if (change.revision <= this.revision) return true;
    if (change.revision !== this.revision + 1) return false;
    const own = change.op === null ? undefined : this.pending.find(({ op }) => op === change.op);
    const foreign: Foreign[] = [];
    const note = (id: string, fields: readonly Field[], gone: boolean) => {
      if (own === undefined) foreign.push({ id, fields, actor: change.actor?.name ?? null });
      for (const { op, item } of this.waiting.get(id) ?? []) {
        // What the server has answered already, it has judged.
        if (op === own || op.accepted !== null) continue;
        const isMine = own !== undefined && own.number < op.number;
        if (!isMine && (gone || overlap(fields, staked(item)))) item.frozen = item.hidden = true;
        else if (!item.frozen) item.base = change.revision;
        this.dirty.add(op);
      }
    };
    for (const placed of change.created) note(this.put(placed), FIELDS, false);
    for (const placed of change.updated) {
      const before = this.server.get(placed.shape.id)?.shape;
      note(this.put(placed), before ? differing(before, placed.shape) : FIELDS, false);
    }
    for (const id of change.deleted) {
      const gone = this.server.get(id);
      if (gone) this.buried.set(id, gone.born);
      this.server.delete(id);
      note(id, FIELDS, true);
    }
    if (own) own.landed = true;
    this.revision = change.revision;
    if (foreign.length > 0) this.listeners.foreign(foreign);
    this.settle();
    this.show([
      ...[...change.created, ...change.updated].map(({ shape }) => shape.id),
      ...change.deleted,
      ...(own?.items.map(({ id }) => id) ?? []),
    ]);
    return true;
  }

  accepted(id: string, revision: number, refused: readonly Refusal[]): void {
    const op = this.pending.find((other) => other.op === id);
    if (op === undefined || op.accepted !== null) return;
    op.accepted = revision;
    op.refused = refused;
    const bad = new Set(refused.map((refusal) => refusal.id));
    for (const item of op.items) {
      if (bad.has(item.id)) item.frozen = item.hidden = true;
      else this.follow(op, item, revision);
    }
    this.settle();
    this.show(op.items.map((item) => item.id));
  }

  /**
   * What was made from an item that landed, where it could not be told who else was there in between: nobody was, for
   * the fields that it gave.
   */
  private follow(op: PendingOp, landed: Item, revision: number): void {
    for (const later of this.waiting.get(landed.id) ?? []) {
      const { item } = later;
      if (later.op.number <= op.number || !item.frozen || item.hidden) continue;
      if (!staked(item).every((name) => staked(landed).includes(name))) continue;
      item.base = Math.max(item.base, revision);
      // What came behind it has not been judged.
      item.frozen = this.written(item.id) > revision;
      this.dirty.add(later.op);
    }
  }

  /** The server takes nothing of it. What builds on shapes that it would have created goes too. */
  refuse(id: string, message: string): void {
    const op = this.pending.find((other) => other.op === id);
    if (op === undefined) return;
    const lost = new Set(op.items.filter(({ kind }) => kind === "create").map((item) => item.id));
    const touched = op.items.map((item) => item.id);
    this.drop(op);
    const all = op.items.map((item) => ({ item, refusal: { id: item.id, reason: "gone" as const, message } }));
    this.listeners.settled({ op, refused: all, problem: message });
    for (const other of [...this.pending]) {
      if (other.number < op.number || other.sent || !other.items.some((item) => lost.has(item.id))) continue;
      const gone = other.items.filter((item) => lost.has(item.id));
      other.items = other.items.filter((item) => !lost.has(item.id));
      this.forget(other, gone);
      this.dirty.add(other);
      const refused = gone.map((item) => ({ item, refusal: { id: item.id, reason: "gone" as const, message } }));
      if (other.items.length === 0) this.drop(other);
      this.listeners.settled({ op: other, refused, problem: message });
    }
    this.show(touched);
  }

  /** The whole document as the server has it, when single changes cannot be told. */
  reset(revision: number, shapes: readonly Placed[]): void {
    const before = this.server;
    this.server = new Map();
    for (const placed of shapes) this.put(placed, before);
    this.revision = revision;
    const ids = new Set([...before.keys(), ...this.server.keys(), ...this.waiting.keys()]);
    const foreign: Foreign[] = [];
    for (const id of ids) {
      const was = this.isLoaded ? before.get(id)?.shape : undefined;
      const now = this.server.get(id)?.shape;
      const entries = this.waiting.get(id) ?? [];
      rejudge(entries, was, now);
      for (const { op } of entries) this.dirty.add(op);
      if (!this.isLoaded || was === now) continue;
      const fields = was && now ? differing(was, now).filter((name) => !this.isMine(id, name, now)) : FIELDS;
      if (fields.length > 0) foreign.push({ id, fields, actor: null });
    }
    this.isLoaded = true;
    if (foreign.length > 0) this.listeners.foreign(foreign);
    this.settle();
    this.show(ids);
  }

  /** Whether a value may be there because of an operation of mine that is not confirmed. */
  private isMine(id: string, name: Field, now: Shape): boolean {
    const entries = this.waiting.get(id) ?? [];
    return entries.some(({ op, item }) => op.sent && item.kind === "update" && same(item.fields[name], now[name]));
  }

  private put(placed: Placed, before: ReadonlyMap<string, Placed> = this.server): string {
    const { id } = placed.shape;
    // What is on the screen comes first: that is what caches know.
    const shape = reusing(this.document.get(id)?.shape, reusing(before.get(id)?.shape, placed.shape));
    this.server.set(id, { shape, born: placed.born });
    return id;
  }

  private settle(): void {
    for (const op of [...this.pending]) {
      if (op.accepted === null || op.accepted > this.revision) continue;
      this.drop(op);
      const items = new Map(op.items.map((item) => [item.id, item]));
      const refused = op.refused.flatMap((refusal) => {
        const item = items.get(refusal.id);
        return item ? [{ item, refusal }] : [];
      });
      const bad = new Set(op.refused.map(({ id }) => id));
      for (const item of op.items) if (!bad.has(item.id)) this.follow(op, item, op.accepted);
      this.listeners.settled({ op, refused, problem: null });
      this.show(items.keys());
    }
  }

  private drop(op: PendingOp): void {
    this.pending = this.pending.filter((other) => other !== op);
    this.dirty.delete(op);
    this.forget(op, op.items);
  }

  private forget(op: PendingOp, items: readonly Item[]): void {
    for (const { id } of items) {
      const rest = (this.waiting.get(id) ?? []).filter((entry) => entry.op !== op);
      if (rest.length > 0) this.waiting.set(id, rest);
      else this.waiting.delete(id);
    }
  }

  private show(ids: Iterable<string>): void {
    const changes = new Map<string, Placed | null>();
    for (const id of ids) {
      const entries = this.waiting.get(id)?.filter(({ op }) => !op.landed);
      const server = this.server.get(id);
      changes.set(id, entries && entries.length > 0 ? this.kept(id, folded(server, entries)) : (server ?? null));
    }
    this.document.set(changes);
  }

  /** The shape object of the screen where nothing about it changes. */
  private kept(id: string, next: Placed | null): Placed | null {
    const before = this.document.get(id);
    return before && next ? { ...next, shape: reusing(before.shape, next.shape) } : next;
  }
}
