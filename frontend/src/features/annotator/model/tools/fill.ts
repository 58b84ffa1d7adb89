import { flooded, similar } from "../geometry/flood";
import { rasterised } from "../geometry/rasterise";
import { bitAt, isEmpty, without } from "../geometry/rasters";
import { rleOf } from "../geometry/rle";
import { isOpen } from "../geometry/picking";
import type { Point, Raster, Tool, ToolContext } from "../types";
import { add } from "./commit";

/**
 * A click fills what is joined with it: inside of shapes' gaps the area without a shape, bounded by shapes; with Shift
 * the area of a similar colour.
 */
export function fillTool(): Tool {
  return {
    id: "fill",
    cursor: "crosshair",
    down(input, context) {
      if (input.button !== 0) return;
      const here: Point = [input.x, input.y];
      const { document } = context;
      if (here[0] < 0 || here[1] < 0 || here[0] >= document.width || here[1] >= document.height) return;
      const found = input.shift ? byColour(here, context) : gapAt(here, context);
      if (found === null) {
        context.tell("This area is too large to fill. Draw its border first.");
        return;
      }
      if (isEmpty(found)) {
        context.tell(input.shift ? "Nothing to fill here." : "There is a shape here already. Click a gap, or hold Shift to fill by colour.");
        return;
      }
      const shape = add(context, { kind: "mask", mask: rleOf(found, document.width, document.height) }, "Fill");
      if (shape !== null) context.select([shape]);
    },
    move() {
      /* a click is all there is */
    },
    up() {
      /* a click is all there is */
    },
    act: () => false,
    leave() {
      /* nothing is half done */
    },
    draft: () => null,
  };
}

function byColour(here: Point, context: ToolContext): Raster | null {
  const pixels = context.pixels();
  const { width, height } = context.document;
  if (!pixels) {
    context.tell("The picture is still loading.");
    return flooded(0, 0, here, () => false);
  }
  return flooded(width, height, here, similar(pixels, here, context.settings.tolerance));
}

/** What no visible shape covers. */
function gapAt(here: Point, { document, settings }: ToolContext): Raster | null {
  const { width, height } = document;
  const covered = new Uint8Array(width * height);
  for (const shape of document.shapes) {
    if (!isOpen(shape, { ...settings, locked: new Set() })) continue;
    const raster = rasterised(shape.geometry, width, height);
    if (bitAt(raster, Math.floor(here[0]), Math.floor(here[1])) === 1) return without(raster, raster);
    for (let row = 0; row < raster.height; row += 1) {
      const start = (row + raster.y) * width + raster.x;
      for (let column = 0; column < raster.width; column += 1) {
        if (raster.data[row * raster.width + column] === 1) covered[start + column] = 1;
      }
    }
  }
  return flooded(width, height, here, (index) => covered[index] === 0);
}
