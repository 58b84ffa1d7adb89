import { claim, remainder } from "../geometry/claim";
import type { Change, Geometry, Shape, ShapeUpdate, Source, ToolContext } from "../types";

/** A new shape of the current class on top of the others, and what its pixels take from them; its id, null where none is made. */
export function add(context: ToolContext, drawn: Geometry, label: string, source: Source = "human", score: number | null = null): string | null {
  const { document, settings } = context;
  if (settings.class === null) {
    context.tell("There is no class to draw with yet. Add one in the panel on the right.");
    return null;
  }
  const locked = lockedIds(context);
  const geometry = spared(context, locked, settings.class, drawn);
  if (geometry === null) {
    context.tell("All of this belongs to classes that are locked.");
    return null;
  }
  const id = context.newId();
  const shape: Shape = {
    id,
    class: settings.class,
    geometry,
    z: topOf(document.shapes),
    track: null,
    frame: null,
    source,
    score,
    attributes: {},
    revision: 0,
  };
  const { update, delete: gone } = claim(document, settings.class, geometry, locked);
  context.commit({ create: [shape], update, delete: gone }, label);
  return id;
}

/** New geometries for shapes, and what they take from shapes of other classes. */
export function reshape(context: ToolContext, changes: readonly { readonly id: string; readonly geometry: Geometry }[], label: string): void {
  const { document } = context;
  const own = new Set(changes.map(({ id }) => id));
  const locked = lockedIds(context);
  const update = new Map<string, ShapeUpdate>();
  const gone = new Set<string>();
  // What one of them has taken of a shape is gone when the next one takes its share.
  let { shapes } = document;
  for (const change of changes) {
    const shape = document.shape(change.id);
    if (!shape) continue;
    const geometry = spared(context, locked, shape.class, change.geometry);
    if (geometry === null) {
      context.tell("All of this belongs to classes that are locked.");
      return;
    }
    update.set(shape.id, { id: shape.id, fields: { geometry } });
    const taken = claim({ ...document, shapes }, shape.class, geometry, new Set([...own, ...locked]));
    for (const each of taken.update) update.set(each.id, each);
    for (const each of taken.delete) gone.add(each);
    const left = new Map(taken.update.map((each) => [each.id, each.fields]));
    shapes = shapes.filter(({ id }) => !gone.has(id)).map((each) => ({ ...each, ...left.get(each.id) }));
  }
  const change: Change = { create: [], update: [...update.values()].filter(({ id }) => !gone.has(id)), delete: [...gone] };
  context.commit(change, label);
}

function lockedIds({ document, settings: { locked } }: ToolContext): ReadonlySet<string> {
  if (locked.size === 0) return locked;
  return new Set(document.shapes.filter((shape) => locked.has(shape.id) || locked.has(shape.class)).map(({ id }) => id));
}

/** Where a pixel has one class only, what is locked keeps its pixels; null where nothing else is left. */
function spared({ document }: ToolContext, locked: ReadonlySet<string>, label: string, drawn: Geometry): Geometry | null {
  if (document.task !== "semantic") return drawn;
  let geometry: Geometry | null = drawn;
  for (const id of locked) {
    const shape = document.shape(id);
    if (!shape || shape.class === label || geometry === null) continue;
    geometry = remainder(geometry, shape.geometry, document.width, document.height);
  }
  return geometry;
}

function topOf(shapes: readonly Shape[]): number {
  return shapes.reduce((top, { z }) => Math.max(top, z), 0);
}
