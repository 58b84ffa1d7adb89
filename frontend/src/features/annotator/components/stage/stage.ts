import { centred, fit, panned, type Size, toImage, type Viewport, zoomAt } from "@/components/canvas/model/viewport";
import type { Draft, Handle, Point, Shape } from "../../model/types";
import { type Bounds, isEmpty, onScreen } from "../../model/view/bounds";
import { type ClassLook, UNKNOWN } from "../../model/view/looks";
import { imagePainter } from "./imagePainter";
import { Layer } from "./layer";
import { overlayPainter, selectionPainter } from "./overlayPainter";
import { peoplePainter, type PersonMark } from "./peoplePainter";
import type { Picture } from "./picture";
import { type ProposalScene, proposalsPainter } from "./proposalsPainter";
import { changedPlaces, type Drawn, prepare, type ShapeStyle, shapesPainter } from "./shapesPainter";

export interface StageShapes {
  readonly shapes: readonly Shape[];
  readonly looks: ReadonlyMap<string, ClassLook>;
  readonly style: ShapeStyle;
  readonly isShown: (shape: Shape) => boolean;
  readonly isFaint?: ((shape: Shape) => boolean) | undefined;
}

export interface StageOverlay {
  readonly selection: ReadonlySet<string>;
  readonly hovered: string | null;
  readonly draft: Draft | null;
  readonly handles: readonly Handle[];
  readonly look: ClassLook;
  readonly brush: { readonly at: Point; readonly radius: number } | null;
}

const EMPTY: Picture = { levels: [], full: null, error: null };
const NOTHING: StageOverlay = { selection: new Set(), hovered: null, draft: null, handles: [], look: UNKNOWN, brush: null };

const PROBE = document.createElement("canvas").getContext("2d");

/** The canvases of the annotator and where the picture lies on them. It draws at most once a frame, and never through React. */
export class Stage {
  readonly #host: HTMLElement;
  readonly #image: Size;
  readonly #layers: { image: Layer; shapes: Layer; selection: Layer; proposals: Layer; overlay: Layer; people: Layer };
  readonly #watchers = new Set<(viewport: Viewport) => void>();
  readonly #observer: ResizeObserver;
  #view: Size = { width: 0, height: 0 };
  #viewport: Viewport = { scale: 1, x: 0, y: 0 };
  /** Before rounding: steps of a fraction of a pixel add up here. */
  #exact: Viewport = { scale: 1, x: 0, y: 0 };
  #fitted = true;
  #frame = 0;
  #picture = EMPTY;
  #grid = true;
  #filter = "none";
  #input: StageShapes = { shapes: [], looks: new Map(), style: { opacity: 0.5, outlineOnly: false }, isShown: () => true };
  #drawn: Drawn[] = [];
  #byId = new Map<string, Drawn>();
  #overlay = NOTHING;
  /** Shapes that are drawn by the draft as they will be, and so not as they are. */
  #lifted: ReadonlySet<string> = new Set();
  #people: readonly PersonMark[] = [];
  #proposals: ProposalScene = { marks: [], active: null };

  constructor(host: HTMLElement, image: Size) {
    this.#host = host;
    this.#image = image;
    const bare = () => ({ canvas: this.#layers.image.canvas, filter: this.#filter });
    this.#layers = {
      image: new Layer(
        host,
        imagePainter(() => ({ picture: this.#picture, ...image, grid: this.#grid })),
        false,
      ),
      shapes: new Layer(
        host,
        shapesPainter(() => ({ shapes: this.#drawn, style: this.#input.style })),
        true,
      ),
      selection: new Layer(
        host,
        selectionPainter(() => this.#selected()),
        true,
      ),
      proposals: new Layer(
        host,
        proposalsPainter(() => this.#proposals),
        true,
      ),
      overlay: new Layer(
        host,
        overlayPainter(() => ({ ...this.#overlay, ...this.#chosen(), opacity: this.#input.style.opacity, bare: bare() })),
        false,
      ),
      people: new Layer(
        host,
        peoplePainter(() => ({ people: this.#people, bare: bare() })),
        false,
      ),
    };
    this.#observer = new ResizeObserver(() => this.#resize());
    this.#observer.observe(host);
    this.#resize();
  }

  dispose(): void {
    this.#observer.disconnect();
    cancelAnimationFrame(this.#frame);
    for (const { canvas } of Object.values(this.#layers)) canvas.remove();
  }

  get viewport(): Viewport {
    return this.#viewport;
  }

  get view(): Size {
    return this.#view;
  }

  /** Calls back after every change of the viewport, and once now. */
  watch(watcher: (viewport: Viewport) => void): () => void {
    this.#watchers.add(watcher);
    watcher(this.#viewport);
    return () => this.#watchers.delete(watcher);
  }

  toImage(x: number, y: number): Point {
    return toImage(this.#viewport, x, y);
  }

  toScreen([x, y]: Point): Point {
    return [x * this.#viewport.scale + this.#viewport.x, y * this.#viewport.scale + this.#viewport.y];
  }

  /** The topmost shape at a place of the image. */
  shapeAt([x, y]: Point): string | null {
    for (const { shape, form } of this.#drawn.toReversed()) {
      const { left, top, right, bottom } = form.bounds;
      if (x < left || x > right || y < top || y > bottom) continue;
      if (PROBE?.isPointInPath(form.path, x, y, "evenodd") === true) return shape.id;
    }
    return null;
  }

  setPicture(picture: Picture): void {
    this.#picture = picture;
    this.#layers.image.invalidate();
    this.#request();
  }

  setAdjustments(filter: string, grid: boolean): void {
    this.#filter = filter;
    this.#layers.image.canvas.style.filter = filter === "none" ? "" : filter;
    if (this.#grid !== grid) this.#layers.image.invalidate();
    this.#grid = grid;
    this.#layers.overlay.invalidate();
    this.#request();
  }

  setShapes(input: StageShapes): void {
    const sameStyle = input.style === this.#input.style;
    this.#input = input;
    this.#prepare(sameStyle);
  }

  #prepare(sameStyle: boolean): void {
    const { shapes, looks, isShown, isFaint } = this.#input;
    const next = prepare(shapes, looks, (shape) => isShown(shape) && !this.#lifted.has(shape.id), isFaint);
    const places = sameStyle ? changedPlaces(this.#drawn, next) : null;
    this.#drawn = next;
    this.#byId = new Map(prepare(shapes, looks, isShown).map((drawn) => [drawn.shape.id, drawn]));
    if (!places) this.#layers.shapes.invalidate();
    else for (const place of places) if (!isEmpty(place)) this.#layers.shapes.invalidate(place);
    if (this.#overlay.selection.size > 0) this.#layers.selection.invalidate();
    this.#layers.overlay.invalidate();
    this.#request();
  }

  setOverlay(change: Partial<StageOverlay>): void {
    if (change.selection && change.selection !== this.#overlay.selection) this.#layers.selection.invalidate();
    this.#overlay = { ...this.#overlay, ...change };
    const { draft } = this.#overlay;
    const lifted = draft?.kind === "geometry" ? draft.shapes.map(({ id }) => id) : [];
    if (lifted.length !== this.#lifted.size || lifted.some((id) => !this.#lifted.has(id))) {
      this.#lifted = new Set(lifted);
      this.#prepare(true);
    }
    this.#layers.overlay.invalidate();
    this.#request();
  }

  setProposals(proposals: ProposalScene): void {
    if (proposals.marks.length === 0 && this.#proposals.marks.length === 0) return;
    this.#proposals = proposals;
    this.#layers.proposals.invalidate();
    this.#request();
  }

  setPeople(people: readonly PersonMark[]): void {
    if (people.length === 0 && this.#people.length === 0) return;
    this.#people = people;
    this.#layers.people.invalidate();
    this.#request();
  }

  fit(): void {
    this.#fitted = true;
    this.#place(fit(this.#image, this.#view));
  }

  actualSize(): void {
    this.#fitted = false;
    this.#place(centred(this.#image, this.#view, 1));
  }

  /** Where the pointer is, for keys that zoom there; null while it is elsewhere. */
  pointer: { x: number; y: number } | null = null;

  zoomHere(factor: number): void {
    this.zoom(factor, this.pointer?.x, this.pointer?.y);
  }

  zoom(factor: number, x = this.#view.width / 2, y = this.#view.height / 2): void {
    this.#fitted = false;
    const smallest = Math.min(1, fit(this.#image, this.#view).scale) / 2;
    this.#place(zoomAt(this.#exact, factor, x, y, smallest));
  }

  pan(dx: number, dy: number): void {
    this.#fitted = false;
    this.#place(panned(this.#exact, dx, dy, this.#image, this.#view));
  }

  /** Brings a part of the image to the middle, as large as it goes with some room about it. */
  show(bounds: Bounds): void {
    if (isEmpty(bounds)) return;
    this.#fitted = false;
    const [width, height] = [Math.max(1, bounds.right - bounds.left), Math.max(1, bounds.bottom - bounds.top)];
    const room = Math.min((this.#view.width * 0.7) / width, (this.#view.height * 0.7) / height, 16);
    const scale = Math.max(room, Math.min(1, fit(this.#image, this.#view).scale));
    const [x, y] = [(bounds.left + bounds.right) / 2, (bounds.top + bounds.bottom) / 2];
    this.#place({ scale, x: this.#view.width / 2 - x * scale, y: this.#view.height / 2 - y * scale });
  }

  /** Brings a place of the image into sight, away from the edges, at the scale that is. */
  revealAt([x, y]: Point): void {
    const at = this.toScreen([x, y]);
    const { width, height } = this.#view;
    const room = Math.min(24, width / 4, height / 4);
    if (at[0] > room && at[1] > room && at[0] < width - room && at[1] < height - room) return;
    this.#fitted = false;
    this.#place({ ...this.#exact, x: this.#exact.x + width / 2 - at[0], y: this.#exact.y + height / 2 - at[1] });
  }

  /** Brings shapes into sight, without changing the scale where they fit. */
  reveal(ids: Iterable<string>): void {
    const bounds = this.boundsOf(ids);
    if (!bounds) return;
    const { left, top, right, bottom } = onScreen(bounds, this.#viewport);
    const { width, height } = this.#view;
    if (right - left > width || bottom - top > height) this.show(bounds);
    else if (left < 0 || top < 0 || right > width || bottom > height) {
      this.#fitted = false;
      this.#place({ ...this.#exact, x: this.#exact.x + width / 2 - (left + right) / 2, y: this.#exact.y + height / 2 - (top + bottom) / 2 });
    }
  }

  boundsOf(ids: Iterable<string>): Bounds | null {
    const all = [...ids].flatMap((id) => this.#byId.get(id)?.form.bounds ?? []);
    if (all.length === 0) return null;
    return {
      left: Math.min(...all.map(({ left }) => left)),
      top: Math.min(...all.map(({ top }) => top)),
      right: Math.max(...all.map(({ right }) => right)),
      bottom: Math.max(...all.map(({ bottom }) => bottom)),
    };
  }

  #selected(): Drawn[] {
    return [...this.#overlay.selection].flatMap((id) => (this.#lifted.has(id) ? [] : (this.#byId.get(id) ?? [])));
  }

  #chosen() {
    const { selection, hovered, draft } = this.#overlay;
    const under = hovered === null || selection.has(hovered) || draft !== null ? null : (this.#byId.get(hovered) ?? null);
    return { hovered: under, lookOf: (id: string) => this.#byId.get(id)?.look ?? this.#overlay.look };
  }

  #place(viewport: Viewport): void {
    this.#exact = viewport;
    // On whole pixels of the device a pan moves what is drawn already, and pixels stay sharp.
    const ratio = window.devicePixelRatio;
    const whole = (value: number) => Math.round(value * ratio) / ratio;
    const next = { scale: viewport.scale, x: whole(viewport.x), y: whole(viewport.y) };
    const { scale, x, y } = this.#viewport;
    if (next.scale === scale && next.x === x && next.y === y) return;
    this.#viewport = next;
    this.#layers.overlay.invalidate();
    this.#layers.people.invalidate();
    for (const watcher of this.#watchers) watcher(next);
    this.#request();
  }

  #resize(): void {
    const { clientWidth: width, clientHeight: height } = this.#host;
    if (width === 0 || height === 0) return;
    const before = this.#view;
    this.#view = { width, height };
    for (const layer of Object.values(this.#layers)) layer.resize(width, height, window.devicePixelRatio);
    if (this.#fitted) this.fit();
    else this.#place({ ...this.#exact, x: this.#exact.x + (width - before.width) / 2, y: this.#exact.y + (height - before.height) / 2 });
    // A resized canvas is empty: drawing right away spares a flash.
    cancelAnimationFrame(this.#frame);
    this.#render(performance.now());
  }

  #request(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame((now) => this.#render(now));
  }

  #render(now: number): void {
    this.#frame = 0;
    if (this.#view.width === 0) return;
    const ratio = window.devicePixelRatio;
    const { image, shapes, selection, proposals, overlay, people } = this.#layers;
    image.render(this.#viewport, ratio, now);
    const shapesLater = shapes.render(this.#viewport, ratio, now);
    const selectionLater = selection.render(this.#viewport, ratio, now);
    const proposalsLater = proposals.render(this.#viewport, ratio, now);
    overlay.render(this.#viewport, ratio, now);
    people.render(this.#viewport, ratio, now);
    if (shapesLater || selectionLater || proposalsLater) this.#request();
  }
}
