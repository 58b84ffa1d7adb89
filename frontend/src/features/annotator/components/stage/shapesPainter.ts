import type { Shape } from "../../model/types";
import { type Bounds, grown, inImage, meet } from "../../model/view/bounds";
import { type ClassLook, UNKNOWN } from "../../model/view/looks";
import { type Form, formOf } from "./forms";
import { type Paint, toImagePixels } from "./layer";
import { patternTile } from "./patterns";

export interface ShapeStyle {
  readonly opacity: number;
  readonly outlineOnly: boolean;
}

export interface Drawn {
  readonly shape: Shape;
  readonly form: Form;
  readonly look: ClassLook;
  /** Drawn lighter: nobody drew it here, it comes from what lies before and behind. */
  readonly isFaint?: boolean;
}

/** Smaller than this on the screen, a shape is a dot. */
const DOT = 2.5;
const OUTLINE = 1.5;

export function shapesPainter(scene: () => { shapes: readonly Drawn[]; style: ShapeStyle }): Paint {
  return (context, viewport, area) => {
    const { shapes, style } = scene();
    const seen = grown(inImage(area, viewport), 4 / viewport.scale);
    toImagePixels(context, viewport);
    for (const drawn of shapes) {
      if (meet(drawn.form.bounds, seen)) drawShape(context, drawn, viewport.scale, style);
    }
    context.globalAlpha = 1;
  };
}

function drawShape(context: CanvasRenderingContext2D, { shape, form, look, isFaint = false }: Drawn, scale: number, style: ShapeStyle): void {
  const { left, top, right, bottom } = form.bounds;
  if ((right - left) * scale < DOT && (bottom - top) * scale < DOT) {
    context.globalAlpha = Math.max(style.opacity, 0.6);
    context.fillStyle = look.color;
    context.fillRect(left, top, Math.max(right - left, 1 / scale), Math.max(bottom - top, 1 / scale));
    return;
  }
  const isBox = shape.geometry.kind === "bbox";
  if (!style.outlineOnly && style.opacity > 0) {
    // The inside of a box is not the thing: it gets a breath of colour only.
    context.globalAlpha = style.opacity * (isBox ? 0.3 : 1) * (isFaint ? 0.5 : 1);
    context.fillStyle = fillOf(context, look, scale);
    context.fill(form.path, "evenodd");
  }
  context.globalAlpha = isFaint ? 0.6 : 1;
  strokeForm(context, form, look, scale, isBox ? OUTLINE + 0.5 : OUTLINE);
}

export function strokeForm(context: CanvasRenderingContext2D, form: Form, look: ClassLook, scale: number, width: number): void {
  context.lineWidth = width / scale;
  context.strokeStyle = look.color;
  if (look.dash.length > 0) context.setLineDash(look.dash.map((part) => part / scale));
  context.stroke(form.path);
  if (look.dash.length > 0) context.setLineDash([]);
}

export function fillOf(context: CanvasRenderingContext2D, look: ClassLook, scale: number): string | CanvasPattern {
  if (look.pattern === "plain") return look.color;
  const pattern = context.createPattern(patternTile(look.pattern, look.color), "repeat");
  // Hatchings keep their size on the screen and lie still on the picture.
  pattern?.setTransform(new DOMMatrix().scale(1 / scale));
  return pattern ?? look.color;
}

export function prepare(
  shapes: readonly Shape[],
  looks: ReadonlyMap<string, ClassLook>,
  isShown: (shape: Shape) => boolean,
  isFaint: (shape: Shape) => boolean = () => false,
): Drawn[] {
  return shapes
    .filter(isShown)
    .map((shape) => ({ shape, form: formOf(shape.geometry), look: looks.get(shape.class) ?? UNKNOWN, isFaint: isFaint(shape) }));
}

/** Where two pictures of the shapes differ; null where so much does that everything is painted. */
export function changedPlaces(before: readonly Drawn[], after: readonly Drawn[]): Bounds[] | null {
  const old = new Map(before.map((drawn, index) => [drawn.shape.id, { drawn, index }]));
  const places: Bounds[] = [];
  let last = -1;
  for (const drawn of after) {
    const was = old.get(drawn.shape.id);
    old.delete(drawn.shape.id);
    if (!was) {
      places.push(drawn.form.bounds);
      continue;
    }
    // Another order changes what covers what.
    const isMoved = was.index < last;
    last = Math.max(last, was.index);
    if (!isMoved && was.drawn.form === drawn.form && was.drawn.look === drawn.look && was.drawn.isFaint === drawn.isFaint) continue;
    places.push(drawn.form.bounds);
    if (was.drawn.form !== drawn.form) places.push(was.drawn.form.bounds);
  }
  for (const { drawn } of old.values()) places.push(drawn.form.bounds);
  return places.length > 60 ? null : places;
}
