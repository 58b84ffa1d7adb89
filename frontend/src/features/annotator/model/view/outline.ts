import type { Raster } from "../types";

/**
 * The edge between a mask's pixels and what is round them, as one SVG path that follows the sides of pixels exactly
 * (even-odd: holes are rings of their own). A path stays sharp at every zoom and needs no picture of its own.
 *
 * Cracks are followed with the mask on the right hand. Every ring has a top side, walked eastwards; the first one not
 * walked yet begins a ring.
 */
export function outlinePath({ x: left, y: top, width, height, data }: Raster): string {
  const inside = (x: number, y: number) => x >= 0 && y >= 0 && x < width && y < height && data[y * width + x] === 1;
  const walked = new Uint8Array(width * height);
  const rings: string[] = [];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = y * width + x;
      if (data[at] !== 1 || walked[at] === 1 || inside(x, y - 1)) continue;
      rings.push(follow(x, y));
    }
  }
  return rings.join("");

  function follow(startX: number, startY: number): string {
    let [x, y] = [startX, startY];
    let [dx, dy] = [1, 0];
    let path = `M${left + x} ${top + y}`;
    do {
      // From the corner (x, y) one side on; the pixel to the right of it is the mask's.
      if (dx === 1) walked[y * width + x] = 1;
      x += dx;
      y += dy;
      // The two pixels ahead: on the right hand and on the left.
      const rightX = x + (dx - dy - 1) / 2;
      const rightY = y + (dy + dx - 1) / 2;
      const leftX = x + (dx + dy - 1) / 2;
      const leftY = y + (dy - dx - 1) / 2;
      const [ahead, besides] = [inside(rightX, rightY), inside(leftX, leftY)];
      let turn: [number, number] | null = null;
      if (!ahead) turn = [-dy, dx];
      else if (besides) turn = [dy, -dx];
      if (turn) {
        path += dx !== 0 ? `H${left + x}` : `V${top + y}`;
        [dx, dy] = turn;
      }
    } while (x !== startX || y !== startY || dx !== 1 || dy !== 0);
    return `${path}Z`;
  }
}
