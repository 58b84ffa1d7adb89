import type uPlot from "uplot";

/** Something that happened at an x: a checkpoint that was kept, the best one. */
export interface Mark {
  x: number;
  kind: "checkpoint" | "best";
}

const SIZE = 4;

/** Small triangles on the x axis for checkpoints; the best one has a dashed line and a filled triangle. */
export function drawMarks(plot: uPlot, marks: readonly Mark[], ink: { text: string; panel: string }): void {
  const { ctx, bbox } = plot;
  const pixels = window.devicePixelRatio || 1;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left - SIZE * pixels, bbox.top, bbox.width + 2 * SIZE * pixels, bbox.height + pixels);
  ctx.clip();
  for (const { x, kind } of marks) {
    const at = Math.round(plot.valToPos(x, "x", true));
    const bottom = bbox.top + bbox.height;
    if (kind === "best") {
      ctx.beginPath();
      ctx.setLineDash([3 * pixels, 3 * pixels]);
      ctx.lineWidth = pixels;
      ctx.strokeStyle = ink.text;
      ctx.moveTo(at + 0.5, bbox.top);
      ctx.lineTo(at + 0.5, bottom);
      ctx.stroke();
      ctx.setLineDash([]);
    }
    ctx.beginPath();
    ctx.moveTo(at, bottom - SIZE * 1.7 * pixels);
    ctx.lineTo(at - SIZE * pixels, bottom);
    ctx.lineTo(at + SIZE * pixels, bottom);
    ctx.closePath();
    ctx.fillStyle = kind === "best" ? ink.text : ink.panel;
    ctx.strokeStyle = ink.text;
    ctx.lineWidth = pixels;
    ctx.fill();
    ctx.stroke();
  }
  ctx.restore();
}
