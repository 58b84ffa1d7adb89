import { snapped } from "../geometry/picking";
import { clampTo, cleanRing, distance, simplify } from "../geometry/rings";
import type { Point, PointerInput, Tool, ToolContext } from "../types";
import { add } from "./commit";

/** On the screen: how near a click closes the outline or snaps, how far a press has to move to draw freely. */
const NEAR = 9;
const FREE = 6;
/** Free lines keep what differs by more than this many pixels of the screen. */
const TOLERANCE = 0.75;

/**
 * Clicks set corners, a drag draws freely; the first corner, a second click or Enter closes, Backspace takes the last
 * corner back. New corners snap to neighbours unless Ctrl is held.
 */
export function polygonTool(): Tool {
  let points: Point[] = [];
  let pointer: Point | null = null;
  let snap: Point | null = null;
  let pressed: Point | null = null;
  let free: Point[] | null = null;

  const reset = () => {
    points = [];
    pointer = snap = pressed = free = null;
  };
  const place = (input: PointerInput, context: ToolContext): Point => {
    const { document, settings, scale } = context;
    const here = clampTo([input.x, input.y], document.width, document.height);
    snap = settings.snap && !input.ctrl ? snapped(document, settings, here, NEAR / scale) : null;
    return snap ?? here;
  };
  const closes = (here: Point, context: ToolContext) => {
    const [first] = points;
    return points.length >= 3 && first !== undefined && distance(first, here) * context.scale <= NEAR;
  };
  const finish = (context: ToolContext): boolean => {
    const exterior = cleanRing(points);
    if (!exterior) {
      context.tell("An outline needs three corners that are not on one line.");
      return true;
    }
    reset();
    const shape = add(context, { kind: "polygons", polygons: [{ exterior, holes: [] }] }, "Draw an outline");
    if (shape !== null) context.select([shape]);
    return true;
  };

  return {
    id: "polygon",
    cursor: "crosshair",
    down(input, context) {
      if (input.button === 2) {
        points.pop();
        return;
      }
      if (input.button !== 0) return;
      const here = place(input, context);
      if (closes(here, context)) {
        finish(context);
        return;
      }
      points.push(here);
      pressed = here;
    },
    move(input, context) {
      pointer = place(input, context);
      if (!pressed) return;
      if (!free && distance(pressed, [input.x, input.y]) * context.scale > FREE) free = [pressed];
      free?.push(clampTo([input.x, input.y], context.document.width, context.document.height));
    },
    up(input, context) {
      pressed = null;
      if (!free) return;
      const line = simplify([...free, place(input, context)], TOLERANCE / context.scale);
      free = null;
      points.push(...line.slice(1));
      const last = points.at(-1);
      if (last && closes(last, context)) {
        points.pop();
        finish(context);
      }
    },
    double(_input, context) {
      if (points.length >= 3) finish(context);
    },
    act(action, context) {
      if (points.length === 0) return false;
      switch (action) {
        case "accept":
          return finish(context);
        case "cancel":
          reset();
          return true;
        case "remove_point":
        case "delete":
        case "undo":
          points.pop();
          return true;
        default:
          return false;
      }
    },
    leave: reset,
    draft() {
      if (points.length === 0) return snap ? { kind: "path", points: [], closed: false, snapped: snap } : null;
      const end = free ?? (pointer ? [pointer] : []);
      return { kind: "path", points: [...points, ...end], closed: false, snapped: snap };
    },
  };
}
