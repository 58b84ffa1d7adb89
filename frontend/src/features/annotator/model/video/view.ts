import type { DocumentView, Geometry, Shape } from "../types";
import { between } from "./interpolate";
import { frameOf, placeAt, type Track, tracksOf } from "./tracks";

/**
 * A video's document at one frame, as tools, panels and the canvas know documents: each track is one shape that goes by the
 * track's id on every frame, so that what is selected, hidden or locked stays so while the frames go by.
 */
export interface FrameView extends DocumentView {
  readonly frame: number;
  readonly tracks: ReadonlyMap<string, Track>;
  /** Whether the shape is a keyframe here; else it comes from those before and behind it. */
  isKey(id: string): boolean;
}

/** What is shown of a keyframe: itself, by the track's id. */
const shown = new WeakMap<Shape, Shape>();
/** By the keyframe before: the last shape that was made between it and the next. Frames go by one after the other. */
const made = new WeakMap<Shape, { readonly to: Shape | null; readonly frame: number; readonly shape: Shape }>();

export function viewAt(document: DocumentView, frame: number): FrameView {
  const tracks = tracksOf(document.shapes);
  const keys = new Set<string>();
  const order = orderOf(document.shapes);
  const placed: { shape: Shape; order: number }[] = [];
  const byId = new Map<string, Shape>();
  for (const track of tracks.values()) {
    const place = placeAt(track, frame);
    if (!place) continue;
    if (place.isKey) keys.add(track.id);
    const shape = place.isKey ? named(place.from, track.id) : madeAt(track.id, place.from, place.to, frame, document);
    // As the server paints: what lies between keyframes has the place of the one before.
    placed.push({ shape, order: order.get(place.from) ?? 0 });
    byId.set(track.id, shape);
    if (place.isKey) byId.set(place.from.id, shape);
  }
  placed.sort((a, b) => a.order - b.order);
  const { width, height, task } = document;
  const shapes = placed.map(({ shape }) => shape);
  return { width, height, task, shapes, frame, tracks, shape: (id) => byId.get(id), isKey: (id) => keys.has(id) };
}

const orders = new WeakMap<readonly Shape[], ReadonlyMap<Shape, number>>();

function orderOf(shapes: readonly Shape[]): ReadonlyMap<Shape, number> {
  const known = orders.get(shapes);
  if (known) return known;
  const order = new Map(shapes.map((shape, index) => [shape, index]));
  orders.set(shapes, order);
  return order;
}

function named(key: Shape, id: string): Shape {
  if (key.id === id) return key;
  const known = shown.get(key);
  if (known) return known;
  const shape = { ...key, id };
  shown.set(key, shape);
  return shape;
}

function madeAt(id: string, from: Shape, to: Shape | null, frame: number, { width, height }: DocumentView): Shape {
  const known = made.get(from);
  // What stays as it is is the same shape on every frame.
  if (known && known.to === to && (to === null || known.frame === frame)) return known.shape;
  const shape = { ...from, id, geometry: to === null ? from.geometry : geometryAt(from, to, frame, width, height) };
  made.set(from, { to, frame, shape });
  return shape;
}

function geometryAt(from: Shape, to: Shape, frame: number, width: number, height: number): Geometry {
  const part = (frame - frameOf(from)) / (frameOf(to) - frameOf(from));
  return between(from.geometry, to.geometry, part, width, height);
}
