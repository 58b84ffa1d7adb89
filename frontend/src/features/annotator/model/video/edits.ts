import type { Change, Shape, ShapeFields, ShapeUpdate } from "../types";
import { frameOf, isOutside, keyAt, keyBefore, type Track } from "./tracks";
import type { FrameView } from "./view";

type NewId = () => string;

/**
 * A change of what is seen at a frame as a change of keyframes.
 *
 * What is drawn is the first keyframe of a new track. A new geometry is of this frame: a keyframe, made where there is
 * none. Class, order and attributes are of the whole track. What is deleted here is not seen from here on, up to its next
 * keyframe; the other keyframes stay.
 */
export function framed(change: Change, view: FrameView, newId: NewId): Change {
  const create: Shape[] = [];
  const update: ShapeUpdate[] = [];
  const remove: string[] = [];
  const take = (part: Partial<Change>) => {
    create.push(...(part.create ?? []));
    update.push(...(part.update ?? []));
    remove.push(...(part.delete ?? []));
  };
  const gone = new Set(change.delete);
  const fields = new Map<string, ShapeFields>();
  for (const shape of change.create) {
    const known = view.tracks.get(shape.id);
    if (known) {
      // Deleted and made anew in one action is a change of the shape.
      gone.delete(shape.id);
      const { class: label, geometry, z, source, score, attributes } = shape;
      fields.set(shape.id, { class: label, geometry, z, source, score, attributes });
    } else {
      create.push({ ...shape, id: newId(), track: shape.track ?? shape.id, frame: view.frame, revision: 0 });
    }
  }
  for (const each of change.update) fields.set(each.id, { ...fields.get(each.id), ...each.fields });
  for (const [id, given] of fields) {
    const track = view.tracks.get(id);
    if (track && !gone.has(id)) take(withFields(track, given, view, newId));
  }
  for (const id of gone) {
    const track = view.tracks.get(id);
    if (track) take(endedAt(track, view, newId));
  }
  return { create, update, delete: remove };
}

function withFields(track: Track, fields: ShapeFields, view: FrameView, newId: NewId): Partial<Change> {
  if (track.isLoose) return { update: track.keys.map(({ id }) => ({ id, fields: byHand(fields) })) };
  const { geometry, source, score, ...whole } = fields;
  const here = keyAt(track, view.frame);
  const update = track.keys.flatMap((key) => {
    const own: ShapeFields = key === here && geometry !== undefined ? byHand({ geometry, source, score }) : {};
    const attributes = whole.attributes ? { attributes: withOutside(whole.attributes, isOutside(key)) } : {};
    const all: ShapeFields = { ...whole, ...attributes, ...own };
    return Object.keys(all).length === 0 ? [] : [{ id: key.id, fields: all }];
  });
  const shown = view.shape(track.id);
  if (here || geometry === undefined || !shown) return { update };
  const made = keyOf(shown, track.id, view.frame, newId, { ...whole, geometry, source: source ?? "human", score: score ?? null });
  return { update, create: [made] };
}

/** Whoever moves what a machine has made answers for it from then on. */
function byHand({ source, score, ...fields }: ShapeFields): ShapeFields {
  if (fields.geometry === undefined && source === undefined && score === undefined) return fields;
  return { ...fields, source: source ?? "human", score: score ?? null };
}

function keyOf(shown: Shape, track: string, frame: number, newId: NewId, fields: ShapeFields): Shape {
  const attributes = withOutside(fields.attributes ?? shown.attributes, false);
  return { ...shown, ...fields, id: newId(), track, frame, attributes, revision: 0 };
}

function withOutside(attributes: Shape["attributes"], outside: boolean): Shape["attributes"] {
  if ((attributes["outside"] === true) === outside) return attributes;
  const rest = Object.entries(attributes).filter(([name]) => name !== "outside");
  return Object.fromEntries(outside ? [...rest, ["outside", true]] : rest);
}

/** Not seen from this frame on, up to the next keyframe; a track that has no other keyframe is deleted. */
function endedAt(track: Track, view: FrameView, newId: NewId): Partial<Change> {
  const here = keyAt(track, view.frame);
  if (track.isLoose || (here !== null && track.keys.length === 1)) return { delete: track.keys.map(({ id }) => id) };
  if (here) return { update: [{ id: here.id, fields: { attributes: withOutside(here.attributes, true) } }] };
  const shown = view.shape(track.id);
  if (!shown) return {};
  const end = keyOf(shown, track.id, view.frame, newId, { source: "human", score: null });
  return { create: [{ ...end, attributes: withOutside(end.attributes, true) }] };
}

export const NOTHING: Change = { create: [], update: [], delete: [] };

/** Keyframes for what is seen here by what lies before and behind it. */
export function keysAdded(ids: Iterable<string>, view: FrameView, newId: NewId): Change {
  const create = [...ids].flatMap((id) => {
    const [track, shape] = [view.tracks.get(id), view.shape(id)];
    const isOpen = track && shape && !track.isLoose && !view.isKey(id);
    return isOpen ? [keyOf(shape, id, view.frame, newId, { source: "human", score: null })] : [];
  });
  return { ...NOTHING, create };
}

/** The keyframes on this frame go; a track without keyframes is gone. */
export function keysRemoved(ids: Iterable<string>, view: FrameView): Change {
  const gone = [...ids].flatMap((id) => {
    const track = view.tracks.get(id);
    const key = track ? keyAt(track, view.frame) : null;
    return key ? [key.id] : [];
  });
  return { ...NOTHING, delete: gone };
}

/** What is seen here ends here; what has ended is seen again from here on. */
export function outsideToggled(ids: Iterable<string>, view: FrameView, newId: NewId): Change {
  const create: Shape[] = [];
  const update: ShapeUpdate[] = [];
  for (const id of ids) {
    const track = view.tracks.get(id);
    if (!track || track.isLoose) continue;
    const before = track.keys[keyBefore(track, view.frame)];
    if (!before) continue;
    const here = frameOf(before) === view.frame;
    const outside = !isOutside(before);
    const attributes = withOutside(before.attributes, outside);
    if (here) update.push({ id: before.id, fields: { attributes } });
    else {
      const base = view.shape(id) ?? before;
      create.push({ ...base, id: newId(), track: id, frame: view.frame, source: "human", score: null, attributes, revision: 0 });
    }
  }
  return { ...NOTHING, create, update };
}

/** All of the tracks, on every frame. */
export function tracksRemoved(ids: Iterable<string>, view: FrameView): Change {
  return { ...NOTHING, delete: [...ids].flatMap((id) => view.tracks.get(id)?.keys.map((key) => key.id) ?? []) };
}

/** A keyframe on another frame; null where the track has one there already. */
export function keyMoved(track: Track, key: Shape, frame: number, newId: NewId): Change | null {
  if (frame === frameOf(key) || keyAt(track, frame)) return null;
  return { ...NOTHING, create: [{ ...key, id: newId(), frame, revision: 0 }], delete: [key.id] };
}

/** How many keyframes tracks have together. */
export function countKeys(ids: Iterable<string>, { tracks }: FrameView): number {
  return [...ids].reduce((sum, id) => sum + (tracks.get(id)?.keys.length ?? 0), 0);
}

