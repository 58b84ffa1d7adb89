import type { Viewport } from "@/components/canvas/model/viewport";
import { type Bounds, grown, onScreen, uncovered } from "../../model/view/bounds";

/** Draws what lies in `area` (screen pixels); what was there is cleared, and nothing outside is touched. */
export type Paint = (context: CanvasRenderingContext2D, viewport: Viewport, area: Bounds) => void;

/** Painting it all took longer than this: while zooming, the old picture is stretched instead. */
const SLOW_MS = 7;
const SETTLE_MS = 110;
/** Outlines and antialiasing reach that far beyond a shape's bounds. */
const REACH = 4;

/**
 * A canvas that knows what it shows. After a pan it moves its pixels and paints the uncovered strips alone; after a
 * change of the picture it paints where that was; a zoom paints everything, or later where that takes long.
 */
export class Layer {
  readonly canvas = document.createElement("canvas");
  readonly #context: CanvasRenderingContext2D;
  readonly #paint: Paint;
  readonly #patient: boolean;
  #drawn: Viewport | null = null;
  #dirty: Bounds[] | "all" = "all";
  #cost = 0;
  #seenScale = 0;
  #zoomedAt = -Infinity;

  constructor(host: HTMLElement, paint: Paint, patient: boolean) {
    const context = this.canvas.getContext("2d");
    if (!context) throw new Error("this browser draws no canvas");
    this.#context = context;
    this.#paint = paint;
    this.#patient = patient;
    host.append(this.canvas);
  }

  resize(width: number, height: number, ratio: number): void {
    const [w, h] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
    if (this.canvas.width === w && this.canvas.height === h) return;
    this.canvas.width = w;
    this.canvas.height = h;
    this.canvas.style.width = `${w / ratio}px`;
    this.canvas.style.height = `${h / ratio}px`;
    this.#dirty = "all";
  }

  /** What is shown within these bounds of the image has changed; without bounds, everything has. */
  invalidate(bounds?: Bounds): void {
    if (!bounds) this.#dirty = "all";
    else if (this.#dirty !== "all") this.#dirty.push(bounds);
    // Many small places cost more than one large one.
    if (this.#dirty.length > 200) this.#dirty = "all";
  }

  /** Brings the canvas up to date; true where it wants to be asked again, because it put something off. */
  render(viewport: Viewport, ratio: number, now: number): boolean {
    const before = this.#drawn;
    if (this.#seenScale !== viewport.scale) this.#zoomedAt = now;
    this.#seenScale = viewport.scale;
    const zooming = before !== null && before.scale !== viewport.scale && now - this.#zoomedAt < SETTLE_MS;
    if (zooming && this.#patient && this.#cost > SLOW_MS && this.#dirty !== "all") {
      this.#stretch(before, viewport);
      return true;
    }
    if (!before || this.#dirty === "all" || before.scale !== viewport.scale) this.#paintAll(viewport, ratio);
    else this.#paintParts(before, viewport, ratio, this.#dirty);
    this.canvas.style.transform = "";
    this.#drawn = viewport;
    this.#dirty = [];
    return false;
  }

  #stretch(before: Viewport, viewport: Viewport): void {
    const by = viewport.scale / before.scale;
    const [x, y] = [viewport.x - before.x * by, viewport.y - before.y * by];
    this.canvas.style.transform = `matrix(${by},0,0,${by},${x},${y})`;
  }

  #paintAll(viewport: Viewport, ratio: number): void {
    const start = performance.now();
    const { width, height } = this.canvas;
    this.#context.setTransform(1, 0, 0, 1, 0, 0);
    this.#context.clearRect(0, 0, width, height);
    this.#context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#context.save();
    this.#paint(this.#context, viewport, { left: 0, top: 0, right: width / ratio, bottom: height / ratio });
    this.#context.restore();
    this.#cost = performance.now() - start;
  }

  #paintParts(before: Viewport, viewport: Viewport, ratio: number, dirty: readonly Bounds[]): void {
    const { width, height } = this.canvas;
    const dx = Math.round((viewport.x - before.x) * ratio);
    const dy = Math.round((viewport.y - before.y) * ratio);
    if (dx === 0 && dy === 0 && dirty.length === 0) return;
    const strips = uncovered(width, height, dx, dy);
    if (!strips) {
      this.#paintAll(viewport, ratio);
      return;
    }
    if (strips.length > 0) {
      this.#context.setTransform(1, 0, 0, 1, 0, 0);
      this.#context.globalCompositeOperation = "copy";
      this.#context.drawImage(this.canvas, dx, dy);
      this.#context.globalCompositeOperation = "source-over";
    }
    for (const strip of strips) this.#paintPart(viewport, ratio, strip);
    for (const bounds of dirty) {
      const { left, top, right, bottom } = grown(onScreen(bounds, viewport), REACH);
      this.#paintPart(viewport, ratio, {
        left: Math.max(0, Math.floor(left * ratio)),
        top: Math.max(0, Math.floor(top * ratio)),
        right: Math.min(width, Math.ceil(right * ratio)),
        bottom: Math.min(height, Math.ceil(bottom * ratio)),
      });
    }
  }

  /** `part` is in the canvas' own pixels, whole ones: a clip through a pixel would leave a seam. */
  #paintPart(viewport: Viewport, ratio: number, part: Bounds): void {
    const [width, height] = [part.right - part.left, part.bottom - part.top];
    if (width <= 0 || height <= 0) return;
    const context = this.#context;
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.beginPath();
    context.rect(part.left, part.top, width, height);
    context.clip();
    context.clearRect(part.left, part.top, width, height);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#paint(context, viewport, {
      left: part.left / ratio,
      top: part.top / ratio,
      right: part.right / ratio,
      bottom: part.bottom / ratio,
    });
    context.restore();
  }
}

/** From here on the context speaks image pixels. */
export function toImagePixels(context: CanvasRenderingContext2D, { scale, x, y }: Viewport): void {
  context.translate(x, y);
  context.scale(scale, scale);
}
