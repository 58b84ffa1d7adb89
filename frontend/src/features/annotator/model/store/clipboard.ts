import { extentOf } from "../geometry/extent";
import { moveBy, placed } from "../geometry/transform";
import type { Change, DocumentView, Geometry, Shape } from "../types";
import { isEmpty, meet } from "../view/bounds";
import { placing } from "./placing";

interface Label {
  readonly id: string;
  readonly name: string;
}

type CopiedShape = Pick<Shape, "id" | "geometry" | "z" | "attributes"> & { readonly class: Label };

/** Shapes as text: for the system's clipboard, and to be pasted into any image of any project. */
interface Clip {
  readonly type: "tessera/shapes";
  readonly version: 1;
  /** Where they are from. */
  readonly image: string;
  readonly shapes: readonly CopiedShape[];
}

/** How far from its original a copy lies in the same image, in pixels: one sees that there are two. */
const ASIDE = 12;
const MOST_SHAPES = 5_000;

export interface PasteTarget {
  readonly document: DocumentView;
  /** Id of the asset. */
  readonly image: string;
  readonly labels: readonly Label[];
  newId(): string;
}

export interface Pasted {
  readonly change: Change;
  /** Names of classes that this project has not, with how many shapes were left out for it. */
  readonly unknown: ReadonlyMap<string, number>;
  /** Shapes that would lie outside of this image. */
  readonly outside: number;
}

/** These shapes as text, in painting order. */
export function copyShapes(document: DocumentView, ids: ReadonlySet<string>, labels: readonly Label[], image: string): string {
  const names = new Map(labels.map(({ id, name }) => [id, name]));
  const shapes = document.shapes
    .filter(({ id }) => ids.has(id))
    .map(({ id, class: label, geometry, z, attributes }) => ({ id, geometry, z, attributes, class: { id: label, name: names.get(label) ?? "" } }));
  return JSON.stringify({ type: "tessera/shapes", version: 1, image, shapes } satisfies Clip);
}

/**
 * What pasting a text would change; null where the text holds no shapes. Classes are found by id, then by name, so that
 * shapes go from project to project. Copies lie on top, in their order; in the image that they are from, a little aside.
 */
export function pasteShapes(text: string, { document, image, labels, newId }: PasteTarget): Pasted | null {
  const clip = read(text);
  if (clip === null) return null;
  const { width, height } = document;
  const everything = { left: 0, top: 0, right: width, bottom: height };
  const unknown = new Map<string, number>();
  const lowest = clip.shapes.reduce((least, { z }) => Math.min(least, z), Infinity);
  const lift = document.shapes.reduce((top, { z }) => Math.max(top, z), 0) - lowest;
  const isAside = clip.image === image && clip.shapes.some(({ id }) => document.shape(id) !== undefined);
  let outside = 0;
  const create: Shape[] = [];
  for (const { class: named, geometry, z, attributes } of clip.shapes) {
    const label = labelFor(named, labels);
    if (label === undefined) {
      unknown.set(named.name, (unknown.get(named.name) ?? 0) + 1);
      continue;
    }
    const moved = fitted(geometry, isAside ? ASIDE : 0, width, height);
    const bounds = extentOf(moved);
    if (isEmpty(bounds) || !meet(bounds, everything)) {
      outside += 1;
      continue;
    }
    const rest = { track: null, frame: null, source: "human", score: null, revision: 0 } as const;
    create.push({ id: newId(), class: label.id, geometry: moved, z: z + lift, attributes, ...rest });
  }
  return { change: placing(document, create), unknown, outside };
}

function labelFor({ id, name }: Label, labels: readonly Label[]): Label | undefined {
  const lower = name.toLowerCase();
  return labels.find((label) => label.id === id) ?? labels.find((label) => label.name.toLowerCase() === lower);
}

/** Masks have the size of their image: in another one they are written anew. */
function fitted(geometry: Geometry, aside: number, width: number, height: number): Geometry {
  const isFitting = geometry.kind !== "mask" || (geometry.mask.size[0] === height && geometry.mask.size[1] === width);
  return aside === 0 && isFitting ? geometry : placed(geometry, moveBy(aside, aside), width, height);
}

/** The clip in a text that may be anything. */
function read(text: string): Clip | null {
  if (!text.startsWith('{"type":"tessera/shapes"')) return null;
  try {
    const clip = JSON.parse(text) as Clip;
    const isSound = clip.version === 1 && Array.isArray(clip.shapes) && clip.shapes.length <= MOST_SHAPES && clip.shapes.every(isShape);
    return isSound ? clip : null;
  } catch {
    return null;
  }
}

function isShape(value: Partial<CopiedShape> | null): boolean {
  const { class: label, geometry, z, attributes } = value ?? {};
  const isPlain = typeof label?.id === "string" && typeof label.name === "string" && Number.isInteger(z);
  return isPlain && typeof attributes === "object" && attributes !== null && geometry !== undefined && isGeometry(geometry);
}

const isPoint = (point: unknown) => Array.isArray(point) && point.length === 2 && point.every(Number.isFinite);
const isRing = (ring: unknown) => Array.isArray(ring) && ring.every(isPoint);

function isGeometry(geometry: Geometry): boolean {
  switch (geometry.kind) {
    case "bbox":
      return Array.isArray(geometry.bbox) && geometry.bbox.length === 4 && geometry.bbox.every(Number.isFinite);
    case "polygons":
      return Array.isArray(geometry.polygons) && geometry.polygons.every(({ exterior, holes }) => isRing(exterior) && holes.every(isRing));
    case "mask":
      return typeof geometry.mask?.counts === "string" && isPoint(geometry.mask.size);
    default:
      return false;
  }
}
