import type { Change, Shape, ShapeFields, ShapeUpdate } from "../types";
import { differing, type Field, FIELDS, overlap, picked } from "./fields";
import type { Foreign } from "./replica";

interface Entry {
  readonly before: Shape | null;
  readonly after: Shape | null;
}

/** One action, as it can be taken back. */
export interface Step {
  readonly label: string;
  /** The operations that carried it. */
  readonly ops: readonly string[];
  /** When it was done, in the order of all that was seen here. */
  readonly at: number;
  readonly entries: Map<string, Entry>;
}

/** The change that takes a step back, and what of it somebody else has made their own. */
export interface Inverse {
  readonly change: Change;
  readonly kept: readonly { readonly id: string; readonly actor: string | null }[];
}

/** Steps of one person, done and undone, without limit; and what others did to shapes in between. */
export class History {
  private done: Step[] = [];
  private undone: Step[] = [];
  private clock = 0;
  private readonly touched = new Map<string, Map<Field, { at: number; actor: string | null }>>();

  get undo(): string | null {
    return this.done.at(-1)?.label ?? null;
  }

  get redo(): string | null {
    return this.undone.at(-1)?.label ?? null;
  }

  step(label: string, ops: readonly string[], entries: Map<string, Entry>): Step {
    return { label, ops, at: ++this.clock, entries };
  }

  /** Something new was done: what was undone can not be done again. */
  did(step: Step): void {
    this.done.push(step);
    this.undone = [];
  }

  takeDone(): Step | undefined {
    return this.done.pop();
  }

  takeUndone(): Step | undefined {
    return this.undone.pop();
  }

  /** The step that took another one back, for the way back. */
  putUndone(step: Step): void {
    this.undone.push(step);
  }

  putDone(step: Step): void {
    this.done.push(step);
  }

  noteForeign(changes: readonly Foreign[]): void {
    const at = ++this.clock;
    for (const { id, fields, actor } of changes) {
      const known = this.touched.get(id) ?? new Map<Field, { at: number; actor: string | null }>();
      for (const name of fields) known.set(name, { at, actor });
      this.touched.set(id, known);
    }
  }

  /** Who changed a shape last, as far as that was told. */
  lastActor(id: string): string | null {
    const all = [...(this.touched.get(id)?.values() ?? [])];
    return all.reduce<{ at: number; actor: string | null } | null>((a, b) => (a && a.at >= b.at ? a : b), null)?.actor ?? null;
  }

  inverse({ entries, at }: Step, shape: (id: string) => Shape | undefined): Inverse {
    const create: Shape[] = [];
    const update: ShapeUpdate[] = [];
    const remove: string[] = [];
    const kept: { id: string; actor: string | null }[] = [];
    for (const [id, { before, after }] of entries) {
      const now = shape(id);
      const fields = before && after ? differing(before, after) : FIELDS;
      const isOthers = overlap(fields, this.foreignSince(id, at));
      if (after === null) {
        // It was deleted: it comes back, unless somebody has brought it back already.
        if (now) kept.push({ id, actor: this.lastActor(id) });
        else if (before) create.push({ ...before, revision: 0 });
      } else if (isOthers || now === undefined) {
        kept.push({ id, actor: this.lastActor(id) });
      } else if (before === null) {
        remove.push(id);
      } else {
        update.push({ id, fields: picked(before, fields) });
      }
    }
    return { change: { create, update, delete: remove }, kept };
  }

  private foreignSince(id: string, at: number): Field[] {
    const known = this.touched.get(id);
    return known ? [...known].filter(([, touch]) => touch.at > at).map(([name]) => name) : [];
  }

  /** A part of a step did not land: there is nothing to take back, and later steps begin at what was before it. */
  forget(op: string, ids: readonly string[]): void {
    const all = [...this.done, ...this.undone];
    const step = all.find(({ ops }) => ops.includes(op));
    if (step === undefined) return;
    for (const id of ids) {
      const lost = step.entries.get(id);
      if (lost === undefined) continue;
      step.entries.delete(id);
      for (const other of all) if (other.at > step.at) this.correct(other, id, lost);
    }
    this.done = this.done.filter(({ entries }) => entries.size > 0);
    this.undone = this.undone.filter(({ entries }) => entries.size > 0);
  }

  private correct(step: Step, id: string, { before: was, after: lost }: Entry): void {
    const entry = step.entries.get(id);
    if (entry === undefined) return;
    if (was === null || lost === null) {
      // Its creation never happened, or its deletion did not: what builds on that has no meaning.
      step.entries.delete(id);
      return;
    }
    const back = (shape: Shape | null): Shape | null => {
      if (shape === null) return null;
      const names = FIELDS.filter((name) => lost[name] !== was[name] && shape[name] === lost[name]);
      return names.length > 0 ? { ...shape, ...(picked(was, names) satisfies ShapeFields) } : shape;
    };
    step.entries.set(id, { before: back(entry.before), after: back(entry.after) });
  }
}
