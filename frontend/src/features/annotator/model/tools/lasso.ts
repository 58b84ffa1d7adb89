import { extentOf } from "../geometry/extent";
import { isOpen } from "../geometry/picking";
import { ringContains, simplify } from "../geometry/rings";
import type { Point, Shape, Tool } from "../types";

/** Draw round shapes to select those whose middle lies inside; Shift adds to what is selected. */
export function lassoTool(): Tool {
  let points: Point[] = [];
  return {
    id: "lasso",
    cursor: "crosshair",
    down(input) {
      if (input.button === 0) points = [[input.x, input.y]];
    },
    move(input) {
      if (points.length > 0) points.push([input.x, input.y]);
    },
    up(input, context) {
      if (points.length === 0) return;
      const ring = simplify([...points, [input.x, input.y]], 0.5 / context.scale);
      points = [];
      const { document, settings, selection } = context;
      const inside = document.shapes.filter((shape) => isOpen(shape, settings) && ringContains(ring, middleOf(shape)));
      context.select([...(input.shift ? selection : []), ...inside.map(({ id }) => id)]);
    },
    act(action) {
      if (action !== "cancel" || points.length === 0) return false;
      points = [];
      return true;
    },
    leave() {
      points = [];
    },
    draft: () => (points.length > 0 ? { kind: "lasso", points: [...points] } : null),
  };
}

function middleOf({ geometry }: Shape): Point {
  const { left, top, right, bottom } = extentOf(geometry);
  return [(left + right) / 2, (top + bottom) / 2];
}
