import type { Viewport } from "@/components/canvas/model/viewport";
import type { Draft, Handle, Point } from "../../model/types";
import { type Bounds, grown, inImage, meet } from "../../model/view/bounds";
import type { ClassLook } from "../../model/view/looks";
import { formOf } from "./forms";
import { type Paint, toImagePixels } from "./layer";
import { drawRaster } from "./rasterPreview";
import { type Drawn, fillOf, strokeForm } from "./shapesPainter";

export interface OverlayScene {
  readonly hovered: Drawn | null;
  readonly draft: Draft | null;
  /** Of what is being drawn. */
  readonly look: ClassLook;
  readonly lookOf: (id: string) => ClassLook;
  readonly handles: readonly Handle[];
  readonly opacity: number;
  /** A brush's outline at the pointer. */
  readonly brush: { readonly at: Point; readonly radius: number } | null;
  /** The picture as it is on the screen, for showing what an eraser lays bare. */
  readonly bare: { readonly canvas: HTMLCanvasElement; readonly filter: string };
}

const HALO = "rgba(0, 0, 0, 0.65)";

export function overlayPainter(scene: () => OverlayScene): Paint {
  return (context, viewport, area) => {
    const current = scene();
    if (current.hovered) {
      context.save();
      toImagePixels(context, viewport);
      context.lineJoin = "round";
      drawChosen(context, current.hovered, viewport.scale, 1.5);
      context.restore();
    }
    if (current.draft) drawDraft(context, viewport, area, current.draft, current);
    for (const handle of current.handles) drawHandle(context, viewport, handle);
    if (current.brush) drawBrush(context, viewport, current.brush);
  };
}

/** From so many on, one line each has to do. */
const MANY = 150;

/** What is selected, on a layer of its own: a thousand shapes selected pan as fast as none. */
export function selectionPainter(selected: () => readonly Drawn[]): Paint {
  return (context, viewport, area) => {
    const chosen = selected();
    const seen = grown(inImage(area, viewport), 6 / viewport.scale);
    toImagePixels(context, viewport);
    context.lineJoin = "round";
    context.lineWidth = 2.5 / viewport.scale;
    context.strokeStyle = "#ffffff";
    for (const drawn of chosen) {
      if (!meet(drawn.form.bounds, seen)) continue;
      if (chosen.length > MANY) context.stroke(drawn.form.path);
      else drawChosen(context, drawn, viewport.scale, 2.5);
    }
  };
}

/** Light line between dark ones: seen on every ground. */
function drawChosen(context: CanvasRenderingContext2D, { form, look }: Drawn, scale: number, width: number): void {
  context.lineWidth = (width + 3) / scale;
  context.strokeStyle = HALO;
  context.stroke(form.path);
  context.lineWidth = (width + 1) / scale;
  context.strokeStyle = "#ffffff";
  context.stroke(form.path);
  strokeForm(context, form, look, scale, width - 0.5);
}

export interface DraftLook {
  readonly look: ClassLook;
  readonly lookOf: (id: string) => ClassLook;
  readonly opacity: number;
  readonly bare: OverlayScene["bare"];
}

export function drawDraft(context: CanvasRenderingContext2D, viewport: Viewport, area: Bounds, draft: Draft, style: DraftLook): void {
  const { scale } = viewport;
  const { look } = style;
  if (draft.kind === "raster") {
    drawRaster(context, viewport, area, draft.raster, draft.erases ? style.bare : { color: look.color, opacity: Math.max(0.35, style.opacity) });
    return;
  }
  context.save();
  toImagePixels(context, viewport);
  context.lineJoin = "round";
  switch (draft.kind) {
    case "path":
      drawLine(context, draft.points, draft.closed, look, scale, style.opacity);
      if (draft.snapped) drawRing(context, draft.snapped, 6, scale, "#ffffff");
      break;
    case "lasso":
      context.setLineDash([5 / scale, 4 / scale]);
      drawLine(context, draft.points, true, { ...look, color: "#ffffff" }, scale, 0.15);
      break;
    case "box":
      context.beginPath();
      context.rect(...draft.box);
      fillAndLine(context, look, scale, style.opacity * 0.5);
      break;
    case "geometry":
      for (const { id, geometry } of draft.shapes) {
        const own = style.lookOf(id);
        const form = formOf(geometry);
        context.globalAlpha = style.opacity;
        context.fillStyle = fillOf(context, own, scale);
        context.fill(form.path, "evenodd");
        context.globalAlpha = 1;
        drawChosen(context, { form, look: own, shape: NO_SHAPE }, scale, 2);
      }
      break;
    case "clicks":
      drawClicks(context, draft, style, scale);
      break;
  }
  context.restore();
}

const NO_SHAPE = {} as Drawn["shape"];

function drawLine(context: CanvasRenderingContext2D, points: readonly Point[], closed: boolean, look: ClassLook, scale: number, opacity: number): void {
  const [first, ...rest] = points;
  if (!first) return;
  context.beginPath();
  context.moveTo(...first);
  for (const point of rest) context.lineTo(...point);
  if (closed) context.closePath();
  fillAndLine(context, look, scale, opacity * 0.6);
  if (points.length > 400) return;
  for (const point of points) drawRing(context, point, 2.5, scale, look.color);
}

function fillAndLine(context: CanvasRenderingContext2D, look: ClassLook, scale: number, opacity: number): void {
  context.globalAlpha = opacity;
  context.fillStyle = look.color;
  context.fill("evenodd");
  context.globalAlpha = 1;
  context.lineWidth = 4 / scale;
  context.strokeStyle = HALO;
  context.stroke();
  context.lineWidth = 2 / scale;
  context.strokeStyle = look.color;
  context.stroke();
}

function drawRing(context: CanvasRenderingContext2D, [x, y]: Point, radius: number, scale: number, color: string): void {
  context.beginPath();
  context.arc(x, y, radius / scale, 0, 2 * Math.PI);
  context.lineWidth = 3 / scale;
  context.strokeStyle = HALO;
  context.stroke();
  context.lineWidth = 1.5 / scale;
  context.strokeStyle = color;
  context.stroke();
}

function drawClicks(context: CanvasRenderingContext2D, draft: Extract<Draft, { kind: "clicks" }>, style: DraftLook, scale: number): void {
  const { look } = style;
  if (draft.geometry) {
    const form = formOf(draft.geometry);
    context.globalAlpha = Math.max(0.4, style.opacity);
    context.fillStyle = look.color;
    context.fill(form.path, "evenodd");
    context.globalAlpha = draft.waiting ? 0.5 : 1;
    drawChosen(context, { form, look, shape: NO_SHAPE }, scale, 2);
    context.globalAlpha = 1;
  }
  if (draft.box) {
    context.beginPath();
    context.rect(...draft.box);
    context.setLineDash([6 / scale, 4 / scale]);
    fillAndLine(context, look, scale, 0.08);
    context.setLineDash([]);
  }
  for (const { at, positive } of draft.points) drawClick(context, at, positive, scale);
}

/** A plus or a minus: told apart by form, and by colour only besides. */
function drawClick(context: CanvasRenderingContext2D, [x, y]: Point, positive: boolean, scale: number): void {
  const unit = 1 / scale;
  context.beginPath();
  context.arc(x, y, 7 * unit, 0, 2 * Math.PI);
  context.fillStyle = positive ? "#00795a" : "#c2410c";
  context.fill();
  context.lineWidth = 1.5 * unit;
  context.strokeStyle = "#ffffff";
  context.stroke();
  context.beginPath();
  context.moveTo(x - 3.5 * unit, y);
  context.lineTo(x + 3.5 * unit, y);
  if (positive) {
    context.moveTo(x, y - 3.5 * unit);
    context.lineTo(x, y + 3.5 * unit);
  }
  context.lineWidth = 2 * unit;
  context.stroke();
}

const SIZES: Record<Handle["kind"], number> = { vertex: 4.5, edge: 3, corner: 5, side: 4 };

function drawHandle(context: CanvasRenderingContext2D, { scale, x, y }: Viewport, { kind, at, active }: Handle): void {
  const [left, top] = [at[0] * scale + x, at[1] * scale + y];
  const size = SIZES[kind] + (active ? 1.5 : 0);
  context.beginPath();
  if (kind === "vertex" || kind === "edge") context.arc(left, top, size, 0, 2 * Math.PI);
  else context.rect(left - size, top - size, 2 * size, 2 * size);
  context.fillStyle = active ? "#ffb000" : "#ffffff";
  context.globalAlpha = kind === "edge" && !active ? 0.75 : 1;
  context.fill();
  context.lineWidth = 1.5;
  context.strokeStyle = "#10201d";
  context.stroke();
  context.globalAlpha = 1;
}

function drawBrush(context: CanvasRenderingContext2D, { scale, x, y }: Viewport, { at, radius }: { at: Point; radius: number }): void {
  context.beginPath();
  context.arc(at[0] * scale + x, at[1] * scale + y, Math.max(1, radius * scale), 0, 2 * Math.PI);
  context.lineWidth = 3;
  context.strokeStyle = HALO;
  context.stroke();
  context.lineWidth = 1;
  context.strokeStyle = "#ffffff";
  context.stroke();
}
