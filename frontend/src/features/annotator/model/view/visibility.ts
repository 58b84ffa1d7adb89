import type { Shape } from "../types";

/** What is shown and what may be picked; sets hold ids of classes and of shapes alike. */
export interface Visibility {
  readonly hidden: ReadonlySet<string>;
  readonly locked: ReadonlySet<string>;
  /** Where given, nothing but these shapes is shown. */
  readonly only: ReadonlySet<string> | null;
}

export const ALL_SHOWN: Visibility = { hidden: new Set(), locked: new Set(), only: null };

export function isShown({ hidden, only }: Visibility, shape: Pick<Shape, "id" | "class">): boolean {
  return only === null ? !hidden.has(shape.id) && !hidden.has(shape.class) : only.has(shape.id);
}

/** The ids that tools leave alone because they are not to be seen. */
export function hiddenFor(visibility: Visibility, shapes: readonly Shape[]): ReadonlySet<string> {
  const { hidden, only } = visibility;
  return only === null ? hidden : new Set(shapes.filter(({ id }) => !only.has(id)).map(({ id }) => id));
}

export function toggled(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return next;
}
