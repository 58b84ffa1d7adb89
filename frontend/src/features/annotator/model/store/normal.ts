import type { Change, Shape, ShapeFields, ShapeUpdate } from "../types";
import { FIELDS, picked } from "./fields";

/**
 * The change with each shape in it once, as operations want it: updates of one shape put together, those of a shape that
 * is created or deleted in the same change taken into that, and everything that changes nothing left out.
 */
export function normal(change: Change, shape: (id: string) => Shape | undefined): Change {
  const gone = new Set(change.delete);
  const created = new Map<string, Shape>();
  const updated = new Map<string, ShapeFields>();
  for (const next of change.create) {
    const before = shape(next.id);
    if (before === undefined) {
      if (!gone.has(next.id)) created.set(next.id, next.revision === 0 ? next : { ...next, revision: 0 });
    } else if (gone.has(next.id)) {
      // Deleted and made anew in one action is a change of the shape.
      gone.delete(next.id);
      updated.set(next.id, picked(next, FIELDS));
    }
  }
  for (const { id, fields } of change.update) {
    const fresh = created.get(id);
    if (fresh) created.set(id, { ...fresh, ...fields });
    else if (!gone.has(id)) updated.set(id, { ...updated.get(id), ...fields });
  }
  return {
    create: [...created.values()],
    update: [...updated].flatMap(([id, fields]) => update(id, fields, shape(id))),
    delete: [...gone].filter((id) => shape(id) !== undefined),
  };
}

function update(id: string, fields: ShapeFields, now: Shape | undefined): ShapeUpdate[] {
  if (now === undefined) return [];
  const names = FIELDS.filter((name) => fields[name] !== undefined && fields[name] !== now[name]);
  return names.length === 0 ? [] : [{ id, fields: Object.fromEntries(names.map((name) => [name, fields[name]])) }];
}
