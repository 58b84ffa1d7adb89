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
 * The shapes in painting order, as immutable snapshots. A change costs one pass over the list of references; where the
 * order stays what it was, the index by id is shared with the snapshot before.
 */
export class Document {
  private order: readonly Placed[] = [];
  private places: Places = new Places(this.order);
  private current: DocumentView;

  constructor(private readonly picture: Picture) {
    this.current = this.view();
  }

  snapshot(): DocumentView {
    return this.current;
  }

  get(id: string): Placed | undefined {
    const at = this.places.of(id);
    return at === undefined ? undefined : this.order[at];
  }

  /** Make these shapes what is given, null for gone. Returns whether anything changed. */
  set(changes: ReadonlyMap<string, Placed | null>): boolean {
    const inPlace: Placed[] = [];
    const removed = new Set<string>();
    const added: Placed[] = [];
    for (const [id, next] of changes) {
      const before = this.get(id);
      if (before?.shape === next?.shape && before?.born === next?.born) continue;
      if (before && next && before.born === next.born && before.shape.z === next.shape.z) {
        inPlace.push(next);
        continue;
      }
      if (before) removed.add(id);
      if (next) added.push(next);
    }
    if (inPlace.length + removed.size + added.length === 0) return false;
    const order = inPlace.length > 0 ? [...this.order] : this.order;
    for (const next of inPlace) (order as Placed[])[this.places.of(next.shape.id) as number] = next;
    this.order = order;
    if (removed.size + added.length > 0) {
      const rest = removed.size > 0 ? order.filter(({ shape }) => !removed.has(shape.id)) : order;
      this.order = merged(rest, added.sort(compare));
      this.places = new Places(this.order);
    }
    this.current = this.view();
    return true;
  }

  private view(): DocumentView {
    const shapes = this.order.map(({ shape }) => shape);
    const { places } = this;
    const shape = (id: string) => {
      const at = places.of(id);
      return at === undefined ? undefined : shapes[at];
    };
    return { ...this.picture, shapes, shape };
  }
}

/** Where each id stands in one order; made when it is first asked. */
class Places {
  private index: Map<string, number> | null = null;

  constructor(private readonly order: readonly Placed[]) {}

  of(id: string): number | undefined {
    this.index ??= new Map(this.order.map(({ shape }, at) => [shape.id, at]));
    return this.index.get(id);
  }
}

function merged(a: readonly Placed[], b: readonly Placed[]): readonly Placed[] {
  if (b.length === 0) return a;
  const out: Placed[] = [];
  let at = 0;
  for (const next of b) {
    while (at < a.length && compare(a[at] as Placed, next) < 0) out.push(a[at++] as Placed);
    out.push(next);
  }
  while (at < a.length) out.push(a[at++] as Placed);
  return out;
}
