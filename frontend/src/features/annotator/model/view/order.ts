import type { Shape, ShapeUpdate } from "../types";

export type Move = "front" | "forward" | "backward" | "back";

/** Updates of `z` that move shapes in the painting order; as few as that takes. `shapes` come in that order. */
export function reorder(shapes: readonly Shape[], ids: ReadonlySet<string>, move: Move): ShapeUpdate[] {
  const chosen = shapes.filter(({ id }) => ids.has(id));
  const rest = shapes.filter(({ id }) => !ids.has(id));
  if (chosen.length === 0 || rest.length === 0) return [];
  const wanted = [...rest.slice(0, place(shapes, ids, move)), ...chosen, ...rest.slice(place(shapes, ids, move))];
  if (wanted.every((shape, index) => shape === shapes[index])) return [];
  // Going below everything moves the few down rather than everything else up.
  return move === "back" ? below(wanted, shapes, chosen.length) : above(wanted, shapes);
}

/** Among how many of the others the chosen ones come. */
function place(shapes: readonly Shape[], ids: ReadonlySet<string>, move: Move): number {
  const others = (until: number) => shapes.slice(0, until).filter(({ id }) => !ids.has(id)).length;
  const first = shapes.findIndex(({ id }) => ids.has(id));
  const last = shapes.findLastIndex(({ id }) => ids.has(id));
  switch (move) {
    case "front":
      return others(shapes.length);
    case "forward":
      return Math.min(others(shapes.length), others(last) + 1);
    case "backward":
      return Math.max(0, others(first) - 1);
    case "back":
      return 0;
  }
}

function above(wanted: readonly Shape[], shapes: readonly Shape[]): ShapeUpdate[] {
  const index = new Map(shapes.map(({ id }, at) => [id, at]));
  const updates: ShapeUpdate[] = [];
  let before: { z: number; index: number } | null = null;
  for (const { id, z } of wanted) {
    const at = index.get(id) ?? 0;
    // Of equal z, what was later before stays later; who changes sides needs a z of its own.
    const least: number = before === null ? z : before.index < at ? before.z : before.z + 1;
    const next = Math.max(z, least);
    if (next !== z) updates.push({ id, fields: { z: next } });
    before = { z: next, index: at };
  }
  return updates;
}

function below(wanted: readonly Shape[], shapes: readonly Shape[], count: number): ShapeUpdate[] {
  const lowest = Math.min(...shapes.map(({ z }) => z));
  return wanted.slice(0, count).flatMap(({ id, z }, at) => {
    const next = lowest - count + at;
    return next === z ? [] : [{ id, fields: { z: next } }];
  });
}
