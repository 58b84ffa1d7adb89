import type { Shape } from "../types";

/** One object of a video: its keyframes in the order of their frames, one a frame. */
export interface Track {
  /** What it goes by on every frame; of a shape that belongs to no track, the shape's own id. */
  readonly id: string;
  /** Shapes of no track are on their own frame only. */
  readonly isLoose: boolean;
  readonly keys: readonly Shape[];
}

/** What a track is at a frame. */
export interface Place {
  /** The keyframe that it is, or comes from. */
  readonly from: Shape;
  /** The keyframe that it goes to; null where it stays as it is. */
  readonly to: Shape | null;
  /** Whether `from` lies on this very frame. */
  readonly isKey: boolean;
}

const known = new WeakMap<readonly Shape[], ReadonlyMap<string, Track>>();

/** The tracks of a document, in the order in which their first keyframes are painted; remembered by the list of shapes. */
export function tracksOf(shapes: readonly Shape[]): ReadonlyMap<string, Track> {
  const found = known.get(shapes);
  if (found) return found;
  const groups = new Map<string, Shape[]>();
  for (const shape of shapes) {
    const id = shape.track ?? shape.id;
    const group = groups.get(id);
    if (group) group.push(shape);
    else groups.set(id, [shape]);
  }
  const tracks = new Map<string, Track>();
  for (const [id, keys] of groups) {
    keys.sort((a, b) => frameOf(a) - frameOf(b));
    tracks.set(id, { id, isLoose: keys.every(({ track }) => track === null), keys });
  }
  known.set(shapes, tracks);
  return tracks;
}

export function frameOf({ frame }: Shape): number {
  return frame ?? 0;
}

/** From a keyframe that says so on, the object is not to be seen, until its next keyframe. */
export function isOutside({ attributes }: Shape): boolean {
  return attributes["outside"] === true;
}

/** The last keyframe at or before a frame; -1 where the track begins later. */
export function keyBefore({ keys }: Track, frame: number): number {
  let [from, to] = [0, keys.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (frameOf(keys[middle] as Shape) <= frame) from = middle + 1;
    else to = middle;
  }
  return from - 1;
}

/** Where a track is at a frame; null where it is not to be seen. */
export function placeAt(track: Track, frame: number): Place | null {
  const at = keyBefore(track, frame);
  const from = track.keys[at];
  if (from === undefined || isOutside(from)) return null;
  const isKey = frameOf(from) === frame;
  if (track.isLoose && !isKey) return null;
  const next = track.keys[at + 1];
  return { from, to: isKey || next === undefined || isOutside(next) ? null : next, isKey };
}

export function keyAt(track: Track, frame: number): Shape | null {
  const key = track.keys[keyBefore(track, frame)];
  return key !== undefined && frameOf(key) === frame ? key : null;
}

/** The nearest frame with a keyframe of one of the tracks, before (-1) or behind (1) a frame; null where there is none. */
export function nextKey(tracks: Iterable<Track>, frame: number, step: 1 | -1): number | null {
  let nearest: number | null = null;
  for (const track of tracks) {
    const at = step === 1 ? keyBefore(track, frame) + 1 : keyBefore(track, frame - 1);
    const key = track.keys[at];
    if (key === undefined) continue;
    const found = frameOf(key);
    if (nearest === null || (found - nearest) * step < 0) nearest = found;
  }
  return nearest;
}

/** From where to where a track is seen, the last frame included. */
export function spansOf(track: Track, count: number): readonly (readonly [from: number, to: number])[] {
  if (track.isLoose) return track.keys.map((key) => [frameOf(key), frameOf(key)] as const);
  const spans: [number, number][] = [];
  track.keys.forEach((key, index) => {
    if (isOutside(key)) return;
    const next = track.keys[index + 1];
    const [from, to] = [frameOf(key), next === undefined ? count - 1 : frameOf(next) - 1];
    const last = spans.at(-1);
    if (last && last[1] === from - 1) last[1] = to;
    else spans.push([from, to]);
  });
  return spans;
}
