import { rectangle } from "../geometry/rasters";
import { boxOf, clampTo } from "../geometry/rings";
import { rleOf } from "../geometry/rle";
import type { Box, Geometry, Point, PointerInput, Tool, ToolContext } from "../types";
import { add } from "./commit";

/** Less than this many pixels of the screen is a slip, not a box. */
const SLIP = 3;

/** Drag from corner to corner, or click both. Shift makes a square. */
function dragged(id: string, label: string, made: (box: Box, context: ToolContext) => Geometry | null): Tool {
  let start: Point | null = null;
  let end: Point | null = null;
  let down = false;

  const place = ({ x, y, shift }: PointerInput, { document }: ToolContext): Point => {
    let [px, py] = [x, y];
    if (shift && start) {
      const side = Math.max(Math.abs(x - start[0]), Math.abs(y - start[1]));
      px = start[0] + Math.sign(x - start[0] || 1) * side;
      py = start[1] + Math.sign(y - start[1] || 1) * side;
    }
    return clampTo([px, py], document.width, document.height);
  };
  const reset = () => {
    start = end = null;
    down = false;
  };
  const finish = (context: ToolContext) => {
    const box = start && end ? boxOf(start, end) : null;
    reset();
    const geometry = box && box[2] > 0 && box[3] > 0 ? made(box, context) : null;
    if (!geometry) return;
    const shape = add(context, geometry, label);
    if (shape !== null) context.select([shape]);
  };
  const isSlip = (context: ToolContext) =>
    !start || !end || (Math.abs(end[0] - start[0]) * context.scale < SLIP && Math.abs(end[1] - start[1]) * context.scale < SLIP);

  return {
    id,
    cursor: "crosshair",
    down(input, context) {
      if (input.button !== 0) return;
      down = true;
      const here = place(input, context);
      if (!start) start = end = here;
      else end = here;
    },
    move(input, context) {
      if (start) end = place(input, context);
    },
    up(input, context) {
      if (!down) return;
      down = false;
      if (start) end = place(input, context);
      if (!isSlip(context)) finish(context);
    },
    act(action, context) {
      if (!start) return false;
      if (action === "cancel") reset();
      else if (action === "accept" && !isSlip(context)) finish(context);
      else return false;
      return true;
    },
    leave: reset,
    draft: () => (start && end ? { kind: "box", box: boxOf(start, end) } : null),
  };
}

export function boxTool(): Tool {
  return dragged("box", "Draw a box", (bbox) => ({ kind: "bbox", bbox }));
}

/** Whole pixels, as a mask. */
export function rectangleTool(): Tool {
  return dragged("rectangle", "Fill a rectangle", ([x, y, width, height], { document }) => {
    const [left, top] = [Math.round(x), Math.round(y)];
    const raster = rectangle(left, top, Math.round(x + width) - left, Math.round(y + height) - top);
    return raster.width > 0 ? { kind: "mask", mask: rleOf(raster, document.width, document.height) } : null;
  });
}
