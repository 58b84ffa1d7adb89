import { type Bounds, grown, inImage, meet } from "../../model/view/bounds";
import type { Form } from "./forms";
import { type Paint, toImagePixels } from "./layer";

export interface ProposalMark {
  readonly id: string;
  readonly form: Form;
  readonly color: string;
  /** What is said of the one that is looked at. */
  readonly text: string;
  /** The shape is to go: it is crossed out. */
  readonly removes: boolean;
}

export interface ProposalScene {
  readonly marks: readonly ProposalMark[];
  readonly active: string | null;
}

const GONE = "#e03131";

/** What models propose: dashed, unlike what is there; the one that is looked at is filled and says its score. */
export function proposalsPainter(scene: () => ProposalScene): Paint {
  return (context, viewport, area) => {
    const { marks, active } = scene();
    const { scale, x, y } = viewport;
    const seen = grown(inImage(area, viewport), 4 / scale);
    context.save();
    toImagePixels(context, viewport);
    context.lineJoin = "round";
    for (const { id, form, color, removes } of marks) {
      if (!meet(form.bounds, seen)) continue;
      const isActive = id === active;
      if (isActive) {
        context.globalAlpha = 0.45;
        context.fillStyle = removes ? GONE : color;
        context.fill(form.path, "evenodd");
        context.globalAlpha = 1;
      }
      context.setLineDash([]);
      context.lineWidth = (isActive ? 4 : 3) / scale;
      context.strokeStyle = "rgba(0, 0, 0, 0.6)";
      context.stroke(form.path);
      context.setLineDash([6 / scale, 4 / scale]);
      context.lineWidth = (isActive ? 2.5 : 1.5) / scale;
      context.strokeStyle = isActive ? "#ffffff" : removes ? GONE : color;
      context.stroke(form.path);
      if (removes) cross(context, form.bounds);
    }
    context.restore();
    const chosen = marks.find(({ id }) => id === active);
    if (!chosen) return;
    const { text } = chosen;
    context.font = "600 11px system-ui, sans-serif";
    const width = context.measureText(text).width + 12;
    const [left, top] = [chosen.form.bounds.left * scale + x, chosen.form.bounds.top * scale + y - 22];
    context.fillStyle = "rgba(16, 32, 29, 0.88)";
    context.beginPath();
    context.roundRect(left, top, width, 18, 4);
    context.fill();
    context.fillStyle = "#ffffff";
    context.textBaseline = "middle";
    context.fillText(text, left + 6, top + 9.5);
  };
}

/** Two lines from corner to corner, in the stroke that is set. */
function cross(context: CanvasRenderingContext2D, { left, top, right, bottom }: Bounds): void {
  context.setLineDash([]);
  context.beginPath();
  context.moveTo(left, top);
  context.lineTo(right, bottom);
  context.moveTo(right, top);
  context.lineTo(left, bottom);
  context.stroke();
}
