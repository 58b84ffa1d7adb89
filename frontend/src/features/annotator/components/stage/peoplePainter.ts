import type { Viewport } from "@/components/canvas/model/viewport";
import type { Draft, Point } from "../../model/types";
import { UNKNOWN } from "../../model/view/looks";
import type { Form } from "./forms";
import { type Paint, toImagePixels } from "./layer";
import { drawDraft } from "./overlayPainter";

export interface PersonMark {
  readonly session: string;
  readonly name: string;
  readonly color: string;
  readonly cursor: Point | null;
  readonly selection: readonly Form[];
  readonly draft: Draft | null;
}

export interface PeopleScene {
  readonly people: readonly PersonMark[];
  readonly bare: { readonly canvas: HTMLCanvasElement; readonly filter: string };
}

/** Others in the image: what they have selected, what they are drawing, where they point. */
export function peoplePainter(scene: () => PeopleScene): Paint {
  return (context, viewport, area) => {
    const { people, bare } = scene();
    for (const { selection, color, draft, cursor, name } of people) {
      const look = { ...UNKNOWN, color };
      context.save();
      toImagePixels(context, viewport);
      context.lineWidth = 2.5 / viewport.scale;
      context.setLineDash([4 / viewport.scale, 3 / viewport.scale]);
      context.strokeStyle = color;
      for (const form of selection) context.stroke(form.path);
      context.restore();
      if (draft) drawDraft(context, viewport, area, draft, { look, lookOf: () => look, opacity: 0.3, bare });
      if (cursor) drawCursor(context, viewport, cursor, name, color);
    }
  };
}

function drawCursor(context: CanvasRenderingContext2D, { scale, x, y }: Viewport, at: Point, name: string, color: string): void {
  const [left, top] = [at[0] * scale + x, at[1] * scale + y];
  context.beginPath();
  context.moveTo(left, top);
  context.lineTo(left + 4.5, top + 15);
  context.lineTo(left + 7.5, top + 9);
  context.lineTo(left + 14, top + 8);
  context.closePath();
  context.fillStyle = color;
  context.fill();
  context.lineWidth = 1.5;
  context.strokeStyle = "#ffffff";
  context.stroke();
  context.font = "600 11px system-ui, sans-serif";
  const width = context.measureText(name).width + 10;
  context.beginPath();
  context.roundRect(left + 12, top + 14, width, 17, 4);
  context.fill();
  context.fillStyle = isLight(color) ? "#10201d" : "#ffffff";
  context.textBaseline = "middle";
  context.fillText(name, left + 17, top + 23);
}

function isLight(color: string): boolean {
  const value = Number.parseInt(color.slice(1, 7), 16);
  return ((value >> 16) & 255) * 0.299 + ((value >> 8) & 255) * 0.587 + (value & 255) * 0.114 > 150;
}
