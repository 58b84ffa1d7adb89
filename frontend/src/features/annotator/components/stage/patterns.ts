import type { Pattern } from "../../model/view/looks";

const SIDE = 12;
const tiles = new Map<string, HTMLCanvasElement>();

/** A tile of hatching in the class's colour over a paler ground of it; laid out in screen pixels by the painter. */
export function patternTile(pattern: Pattern, color: string): HTMLCanvasElement {
  const key = `${pattern} ${color}`;
  const known = tiles.get(key);
  if (known) return known;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  const context = canvas.getContext("2d");
  if (context) draw(context, pattern, color);
  tiles.set(key, canvas);
  return canvas;
}

function draw(context: CanvasRenderingContext2D, pattern: Pattern, color: string): void {
  context.fillStyle = color;
  context.globalAlpha = 0.45;
  context.fillRect(0, 0, SIDE, SIDE);
  context.globalAlpha = 1;
  context.strokeStyle = color;
  context.lineWidth = 2.5;
  context.beginPath();
  if (pattern === "rising" || pattern === "cross") diagonal(context, 1);
  if (pattern === "falling" || pattern === "cross") diagonal(context, -1);
  if (pattern === "level" || pattern === "grid") stroke(context, 0, SIDE / 2, SIDE, SIDE / 2);
  if (pattern === "upright" || pattern === "grid") stroke(context, SIDE / 2, 0, SIDE / 2, SIDE);
  context.stroke();
  if (pattern !== "dots") return;
  for (const [x, y] of [
    [3, 3],
    [9, 9],
  ] as const) {
    context.beginPath();
    context.arc(x, y, 2.2, 0, 2 * Math.PI);
    context.fill();
  }
}

function diagonal(context: CanvasRenderingContext2D, sign: 1 | -1): void {
  for (const shift of [-SIDE, 0, SIDE]) {
    const [from, to] = sign === 1 ? [SIDE, 0] : [0, SIDE];
    stroke(context, shift - 2, from + 2 * sign, shift + SIDE + 2, to - 2 * sign);
  }
}

function stroke(context: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number): void {
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
}
