/** The words that the annotator's store, tools and canvas share. No DOM here, and no React. */

/** Image pixels: origin top-left of the displayed image, x right, y down, fractions allowed. */
export type Point = readonly [x: number, y: number];

/** An open ring: the last point joins the first. */
export type Ring = readonly Point[];

export interface Polygon {
  readonly exterior: Ring;
  readonly holes: readonly Ring[];
}

/** `[x, y, width, height]` */
export type Box = readonly [x: number, y: number, width: number, height: number];

/** COCO run-length encoding in its compressed string form, at the image's size. */
export interface Rle {
  readonly size: readonly [height: number, width: number];
  readonly counts: string;
}

/** Decoded pixels of a part of the image, row by row: 1 belongs to the shape, 0 does not. */
export interface Raster {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export type Geometry =
  | { readonly kind: "polygons"; readonly polygons: readonly Polygon[] }
  | { readonly kind: "mask"; readonly mask: Rle }
  | { readonly kind: "bbox"; readonly bbox: Box };

export type Source = "human" | "import" | "model" | "assist";

export interface Shape {
  readonly id: string;
  readonly class: string;
  readonly geometry: Geometry;
  readonly z: number;
  /** The object of a video that this is one keyframe of; null where there is one picture only. */
  readonly track: string | null;
  /** The frame of a video that it lies on, from 0; null in images. It never changes: another frame is another shape. */
  readonly frame: number | null;
  readonly source: Source;
  readonly score: number | null;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** The asset's revision that wrote it last; 0 until the server has accepted it. */
  readonly revision: number;
}

/** What an update may give anew. */
export type ShapeFields = Partial<Pick<Shape, "class" | "geometry" | "z" | "track" | "source" | "score" | "attributes">>;

export interface ShapeUpdate {
  readonly id: string;
  readonly fields: ShapeFields;
}

/** One action of one person: undone, sent and accepted as a whole. */
export interface Change {
  readonly create: readonly Shape[];
  readonly update: readonly ShapeUpdate[];
  readonly delete: readonly string[];
}

export type Task = "semantic" | "instance" | "panoptic";

/** What tools may know of the picture: shapes in painting order (later covers earlier). */
export interface DocumentView {
  readonly width: number;
  readonly height: number;
  readonly task: Task;
  readonly shapes: readonly Shape[];
  shape(id: string): Shape | undefined;
}

export interface PointerInput {
  /** In image pixels. */
  readonly x: number;
  readonly y: number;
  /** 0 the main button, 1 the middle, 2 the right one. */
  readonly button: number;
  /** 0…1; 0.5 where the device does not tell. */
  readonly pressure: number;
  readonly pen: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
  readonly ctrl: boolean;
}

export interface ToolSettings {
  /** Class of what is drawn next; null where the project has none. */
  readonly class: string | null;
  /** Brush radius in image pixels. */
  readonly radius: number;
  /** Whether new vertices snap to edges of neighbours. */
  readonly snap: boolean;
  /** How far a colour may be off to count as the same: the largest difference of a channel, 0…255. */
  readonly tolerance: number;
  /** Classes and shapes that are not shown cannot be picked. */
  readonly hidden: ReadonlySet<string>;
  readonly locked: ReadonlySet<string>;
}

/** What a tool is given at every event: what there is, and the few things it may do. */
export interface ToolContext {
  readonly document: DocumentView;
  readonly settings: ToolSettings;
  readonly selection: ReadonlySet<string>;
  /** Screen pixels for one image pixel: tolerances are meant on the screen. */
  readonly scale: number;
  commit(change: Change, label: string): void;
  select(ids: Iterable<string>): void;
  /** Pixels of the picture (RGBA) for tools that look at it; null until it has loaded. */
  pixels(): ImageData | null;
  /** A line for the person: why nothing happened, what to do. */
  tell(message: string): void;
  newId(): string;
}

/** What is being drawn, for the canvas to show and for others to see. */
export type Draft =
  | { readonly kind: "path"; readonly points: Ring; readonly closed: boolean; readonly snapped: Point | null }
  | { readonly kind: "box"; readonly box: Box }
  | { readonly kind: "lasso"; readonly points: Ring }
  | { readonly kind: "raster"; readonly raster: Raster; readonly erases: boolean; readonly of: string | null }
  | { readonly kind: "geometry"; readonly shapes: readonly { readonly id: string; readonly geometry: Geometry }[] }
  | {
      readonly kind: "clicks";
      readonly points: readonly { readonly at: Point; readonly positive: boolean }[];
      readonly box: Box | null;
      readonly geometry: Geometry | null;
      readonly waiting: boolean;
    };

/** Something to grab: a vertex, the middle of an edge, a corner of a box. */
export interface Handle {
  readonly kind: "vertex" | "edge" | "corner" | "side";
  readonly at: Point;
  readonly active: boolean;
}

/** A state machine that turns pointer and key events into changes. It keeps its state to itself. */
export interface Tool {
  readonly id: string;
  readonly cursor: string;
  down(input: PointerInput, context: ToolContext): void;
  move(input: PointerInput, context: ToolContext): void;
  up(input: PointerInput, context: ToolContext): void;
  double?(input: PointerInput, context: ToolContext): void;
  /** An action of the keymap such as "accept", "cancel", "delete", "remove_point"; true where it was used. */
  act(action: string, context: ToolContext): boolean;
  /** Something else begins: give up what is half done (or keep it, where that is what people expect). */
  leave(context: ToolContext): void;
  draft(context: ToolContext): Draft | null;
  handles?(context: ToolContext): readonly Handle[];
}
