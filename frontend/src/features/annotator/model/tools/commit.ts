import { claim } from "../geometry/claim";
import type { Change, Geometry, Shape, ShapeUpdate, Source, ToolContext } from "../types";

const NOBODY: ReadonlySet<string> = new Set();

/** A new shape of the current class on top of the others, and what its pixels take from them; its id, null where no class is chosen. */
export function add(context: ToolContext, geometry: Geometry, label: string, source: Source = "human", score: number | null = null): string | null {
  const { document, settings } = context;
  if (settings.class === null) {
    context.tell("There is no class to draw with yet. Add one in the panel on the right.");
    return null;
  }
  const id = context.newId();
  const shape: Shape = {
    id,
    class: settings.class,
    geometry,
    z: topOf(document.shapes),
    track: null,
    source,
    score,
    attributes: {},
    revision: 0,
  };
  const { update, delete: gone } = claim(document, settings.class, geometry, NOBODY);
  context.commit({ create: [shape], update, delete: gone }, label);
  return id;
}

/** New geometries for shapes, and what they take from shapes of other classes. */
export function reshape(context: ToolContext, changes: readonly { readonly id: string; readonly geometry: Geometry }[], label: string): void {
  const { document } = context;
  const own = new Set(changes.map(({ id }) => id));
  const update = new Map<string, ShapeUpdate>(changes.map(({ id, geometry }) => [id, { id, fields: { geometry } }]));
  const gone = new Set<string>();
  for (const { id, geometry } of changes) {
    const shape = document.shape(id);
    if (!shape) continue;
    const taken = claim(document, shape.class, geometry, own);
    for (const each of taken.update) update.set(each.id, each);
    for (const each of taken.delete) gone.add(each);
  }
  const change: Change = { create: [], update: [...update.values()].filter(({ id }) => !gone.has(id)), delete: [...gone] };
  context.commit(change, label);
}

function topOf(shapes: readonly Shape[]): number {
  return shapes.reduce((top, { z }) => Math.max(top, z), 0);
}
