import type { DocumentView, Shape, Task } from "../types";

/** A shape and when it came to be (`created_at`): among the same z, the younger covers the older. */
export interface Placed {
  readonly shape: Shape;
  readonly born: string;
}

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly task: Task;
}

/** Behind every time that the server gives: what it has not confirmed yet is the youngest, in its own order. */
export function unborn(number: number): string {
  return `~${String(number).padStart(12, "0")}`;
}

function compare(a: Placed, b: Placed): number {
  if (a.shape.z !== b.shape.z) return a.shape.z - b.shape.z;
  if (a.born !== b.born) return a.born < b.born ? -1 : 1;
  if (a.shape.id === b.shape.id) return 0;
  return a.shape.id < b.shape.id ? -1 : 1;
}

/**
 * The shapes in painting order, as immutable snapshots: a change costs a copy of the list of references, and what did not
 * change is shared. The index by id is that of the newest snapshot; an older one makes its own when it is asked.
 */
export class Document {
  private order: readonly Placed[] = [];
  private readonly index = new Map<string, Placed>();
  private current: DocumentView;

  constructor(private readonly picture: Picture) {
    this.current = this.view();
  }

  snapshot(): DocumentView {
    return this.current;
  }

  get(id: string): Placed | undefined {
    return this.index.get(id);
  }

  /** Make these shapes what is given, null for gone. Returns whether anything changed. */
  set(changes: ReadonlyMap<string, Placed | null>): boolean {
    const inPlace: [at: number, next: Placed][] = [];
    const removed = new Set<string>();
    const added: Placed[] = [];
    for (const [id, next] of changes) {
      const before = this.index.get(id);
      if (before?.shape === next?.shape && before?.born === next?.born) continue;
      if (before && next && before.born === next.born && before.shape.z === next.shape.z) {
        inPlace.push([placeOf(before, this.order), next]);
        continue;
      }
      if (before) removed.add(id);
      if (next) added.push(next);
    }
    if (inPlace.length + removed.size + added.length === 0) return false;
    let order = [...this.order];
    for (const [at, next] of inPlace) order[at] = next;
    if (removed.size > 0) order = order.filter(({ shape }) => !removed.has(shape.id));
    this.order = merged(order, added.sort(compare));
    for (const id of removed) this.index.delete(id);
    for (const next of [...inPlace.map(([, placed]) => placed), ...added]) this.index.set(next.shape.id, next);
    this.current = this.view();
    return true;
  }

  private view(): DocumentView {
    const shapes = this.order.map(({ shape }) => shape);
    let own: Map<string, Shape> | null = null;
    const view: DocumentView = {
      ...this.picture,
      shapes,
      shape: (id) => {
        if (this.current === view) return this.index.get(id)?.shape;
        own ??= new Map(shapes.map((shape) => [shape.id, shape]));
        return own.get(id);
      },
    };
    return view;
  }
}

/** Where a shape of this order stands in it. */
function placeOf(placed: Placed, order: readonly Placed[]): number {
  let [from, to] = [0, order.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (compare(order[middle] as Placed, placed) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

function merged(a: Placed[], b: readonly Placed[]): readonly Placed[] {
  if (b.length === 0) return a;
  // New shapes are on top, nearly always.
  const place = placeOf(b[0] as Placed, a);
  const out = a.slice(0, place);
  let at = place;
  for (const next of b) {
    while (at < a.length && compare(a[at] as Placed, next) < 0) out.push(a[at++] as Placed);
    out.push(next);
  }
  while (at < a.length) out.push(a[at++] as Placed);
  return out;
}
