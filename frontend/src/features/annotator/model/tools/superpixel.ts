import { EMPTY, isEmpty, union } from "../geometry/rasters";
import { superpixels, type Tiles } from "../geometry/superpixels";
import type { Point, PointerInput, Raster, Tool, ToolContext } from "../types";
import { paint } from "./paint";

/** Pixels of the screen that a superpixel measures about: zooming in makes finer ones. */
const ON_SCREEN = 40;
const SMALLEST = 4;
const LARGEST = 64;

/** A click takes the pixels of like colour round the pointer, a drag all that it passes over; like the brush's they add up. */
export function superpixelTool(): Tool {
  let tiles: { image: ImageData; size: number; groups: Tiles } | null = null;
  let taken: Raster | null = null;
  let under: Raster = EMPTY;

  const find = ({ x, y }: PointerInput, context: ToolContext): Raster => {
    const image = context.pixels();
    if (!image) return EMPTY;
    const size = 2 ** Math.round(Math.log2(Math.min(LARGEST, Math.max(SMALLEST, ON_SCREEN / context.scale))));
    if (tiles?.image !== image || tiles.size !== size) tiles = { image, size, groups: superpixels(image, size) };
    const here: Point = [Math.floor(x), Math.floor(y)];
    const inside = under.width > 0 && taken === null && holds(under, here);
    return inside ? under : tiles.groups.at(...here);
  };

  return {
    id: "superpixel",
    cursor: "crosshair",
    down(input, context) {
      if (input.button !== 0) return;
      if (!context.pixels()) {
        context.tell("The picture is still loading.");
        return;
      }
      taken = find(input, context);
    },
    move(input, context) {
      if (taken && !holds(taken, [Math.floor(input.x), Math.floor(input.y)])) taken = union(taken, find(input, context));
      under = taken ? EMPTY : find(input, context);
    },
    up(_input, context) {
      const raster = taken;
      taken = null;
      if (!raster || isEmpty(raster)) return;
      paint(context, raster, "Add superpixels");
    },
    act(action) {
      if (action !== "cancel" || !taken) return false;
      taken = null;
      return true;
    },
    leave() {
      taken = null;
      under = EMPTY;
    },
    draft() {
      const raster = taken ?? under;
      return raster.width > 0 ? { kind: "raster", raster, erases: false, of: null } : null;
    },
  };
}

function holds({ x, y, width, height, data }: Raster, [column, row]: Point): boolean {
  const [i, j] = [column - x, row - y];
  return i >= 0 && j >= 0 && i < width && j < height && data[j * width + i] === 1;
}
