import { extentOf } from "../geometry/extent";
import { cropped, EMPTY, isEmpty, overlap, stroked, without } from "../geometry/rasters";
import { rasterised } from "../geometry/rasterise";
import { isOpen } from "../geometry/picking";
import { rleOf } from "../geometry/rle";
import type { Point, PointerInput, Raster, Shape, Tool, ToolContext } from "../types";
import { meet, ofBox } from "../view/bounds";
import { paint, targetOf } from "./paint";

/** A pen pressed as hard as it can paints with twice the brush, one that hardly touches with almost none. */
function radiusOf({ pen, pressure }: PointerInput, radius: number): number {
  return pen ? Math.max(0.5, radius * pressure * 2) : radius;
}

interface Stroke {
  raster: Raster;
  at: Point;
}

function stroking(id: string, erases: boolean, finish: (raster: Raster, context: ToolContext) => void): Tool {
  let stroke: Stroke | null = null;
  const extend = (input: PointerInput, context: ToolContext, from: Point): Stroke => {
    const { width, height } = context.document;
    const here: Point = [input.x, input.y];
    const raster = stroked(stroke?.raster ?? EMPTY, from, here, radiusOf(input, context.settings.radius), width, height);
    return { raster: { ...raster }, at: here };
  };
  return {
    id,
    cursor: "none",
    down(input, context) {
      if (input.button !== 0) return;
      if (!erases && context.settings.class === null) {
        context.tell("There is no class to draw with yet. Add one in the panel on the right.");
        return;
      }
      stroke = extend(input, context, [input.x, input.y]);
    },
    move(input, context) {
      if (stroke) stroke = extend(input, context, stroke.at);
    },
    up(input, context) {
      if (!stroke) return;
      const { raster } = extend(input, context, stroke.at);
      stroke = null;
      const whole = cropped(raster);
      if (!isEmpty(whole)) finish(whole, context);
    },
    act(action) {
      if (action !== "cancel" || !stroke) return false;
      stroke = null;
      return true;
    },
    leave() {
      stroke = null;
    },
    draft: (context) => (stroke ? { kind: "raster", raster: stroke.raster, erases, of: targetOf(context)?.id ?? null } : null),
  };
}

/** Paints a mask: the selected one of the class grows, else a new one begins. */
export function brushTool(): Tool {
  return stroking("brush", false, (raster, context) => paint(context, raster, "Paint"));
}

/** Takes pixels away: from the selected shapes, or where nothing is selected from everything under it. */
export function eraserTool(): Tool {
  return stroking("eraser", true, (raster, context) => {
    const { document, selection, settings } = context;
    const { width, height } = document;
    const touched = ofBox([raster.x, raster.y, raster.width, raster.height]);
    const open = document.shapes.filter(
      (shape) => isOpen(shape, settings) && (selection.size === 0 || selection.has(shape.id)) && meet(extentOf(shape.geometry), touched),
    );
    const update: { id: string; fields: { geometry: Shape["geometry"] } }[] = [];
    const gone: string[] = [];
    for (const shape of open) {
      const before = rasterised(shape.geometry, width, height);
      if (!overlap(before, raster)) continue;
      const left = cropped(without(before, raster));
      if (isEmpty(left)) gone.push(shape.id);
      else update.push({ id: shape.id, fields: { geometry: { kind: "mask", mask: rleOf(left, width, height) } } });
    }
    if (update.length + gone.length > 0) context.commit({ create: [], update, delete: gone }, "Erase");
  });
}
