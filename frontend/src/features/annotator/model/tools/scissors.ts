import { cut } from "../geometry/cutting";
import { isOpen } from "../geometry/picking";
import { simplify } from "../geometry/rings";
import type { Point, Shape, Tool } from "../types";

/** A line drawn through shapes cuts them: the selected ones, or all that it goes through. */
export function scissorsTool(): Tool {
  let points: Point[] = [];
  return {
    id: "scissors",
    cursor: "crosshair",
    down(input) {
      if (input.button === 0) points = [[input.x, input.y]];
    },
    move(input) {
      if (points.length > 0) points.push([input.x, input.y]);
    },
    up(input, context) {
      if (points.length === 0) return;
      const line = simplify([...points, [input.x, input.y]], 0.5 / context.scale);
      points = [];
      const { document, settings, selection } = context;
      const create: Shape[] = [];
      const update: { id: string; fields: { geometry: Shape["geometry"] } }[] = [];
      for (const shape of document.shapes) {
        if (!isOpen(shape, settings) || (selection.size > 0 && !selection.has(shape.id))) continue;
        const [first, ...rest] = cut(shape.geometry, line, document.width, document.height);
        if (!first || rest.length === 0) continue;
        update.push({ id: shape.id, fields: { geometry: first } });
        for (const geometry of rest) create.push({ ...shape, id: context.newId(), geometry, track: null, revision: 0 });
      }
      if (update.length === 0) {
        context.tell("Draw a line from one side of a shape to the other to cut it.");
        return;
      }
      context.commit({ create, update, delete: [] }, "Cut");
      context.select([...update.map(({ id }) => id), ...create.map(({ id }) => id)]);
    },
    act(action) {
      if (action !== "cancel" || points.length === 0) return false;
      points = [];
      return true;
    },
    leave() {
      points = [];
    },
    draft: () => (points.length > 0 ? { kind: "path", points: [...points], closed: false, snapped: null } : null),
  };
}
