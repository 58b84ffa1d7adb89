import { claim } from "../geometry/claim";
import type { Change, DocumentView, Shape, ShapeUpdate } from "../types";

const NOBODY: ReadonlySet<string> = new Set();

/** The change that adds shapes, with what their pixels take from shapes of other classes where a pixel has one class. */
export function placing(document: DocumentView, create: readonly Shape[]): Change {
  const update = new Map<string, ShapeUpdate>();
  const gone = new Set<string>();
  let view = document;
  for (const shape of create) {
    // Pixels of another frame of a video are other pixels.
    const here = shape.frame === null ? view : { ...view, shapes: view.shapes.filter(({ frame }) => frame === shape.frame) };
    const taken = claim(here, shape.class, shape.geometry, NOBODY);
    if (taken.update.length + taken.delete.length === 0) continue;
    for (const each of taken.update) update.set(each.id, each);
    for (const id of taken.delete) {
      gone.add(id);
      update.delete(id);
    }
    // The next one takes from what is left.
    const shapes = view.shapes.filter(({ id }) => !gone.has(id)).map((each) => ({ ...each, ...update.get(each.id)?.fields }));
    view = { ...view, shapes };
  }
  return { create, update: [...update.values()], delete: [...gone] };
}
