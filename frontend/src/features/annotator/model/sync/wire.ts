import type { Geometry, Polygon, Shape, ShapeFields, Source } from "../types";
import type { Placed } from "../store/document";
import type { Item, PendingOp, Refusal } from "../store/pending";
import type { RemoteChange } from "../store/replica";
import { given } from "../store/fields";

/** A shape as the API gives it. */
export interface WireShape {
  id: string;
  class: string;
  polygons?: Polygon[] | null;
  mask?: { size: [number, number]; counts: string } | null;
  bbox?: number[] | null;
  z: number;
  track: string | null;
  /** Of shapes in videos. */
  frame?: number | null;
  source: string;
  score: number | null;
  attributes: unknown;
  revision: number;
  created_at: string;
}

export interface WireUser {
  id: string;
  name: string;
}

export interface WirePerson {
  session: string;
  user: WireUser;
  color: string;
  cursor: [number, number] | null;
  selection: string[];
}

export interface WireProblem {
  title?: string;
  detail?: string;
  status?: number;
}

/** What the server says on the socket of an image. */
export type Incoming =
  | { type: "welcome"; session: string; revision: number; people: WirePerson[]; can_annotate: boolean }
  | ({ type: "change" } & WireChange)
  | { type: "reload"; revision: number }
  | ({ type: "accepted" } & WireAnswer)
  | { type: "refused"; op: string | null; problem: WireProblem }
  | { type: "problem"; problem: WireProblem }
  | { type: "joined"; person: WirePerson }
  | { type: "left"; session: string }
  | { type: "cursor"; session: string; x: number | null; y: number | null }
  | { type: "draft"; session: string; draft: unknown }
  | { type: "selection"; session: string; ids: string[] }
  | { type: "pong" };

export interface WireChange {
  revision: number;
  op: string | null;
  session?: string;
  actor: WireUser | null;
  created: WireShape[];
  updated: WireShape[];
  deleted: string[];
}

export interface WireAnswer {
  op: string;
  revision: number;
  refused: (Refusal & { current: WireShape | null })[];
}

/** An operation as the socket and `POST /assets/{id}/changes` take it. */
export interface WireOperation {
  op: string;
  create: object[];
  update: object[];
  delete: { id: string; base: number }[];
}

export function readShape(wire: WireShape): Placed {
  const shape: Shape = {
    id: wire.id,
    class: wire.class,
    geometry: readGeometry(wire),
    z: wire.z,
    track: wire.track,
    frame: wire.frame ?? null,
    source: wire.source as Source,
    score: wire.score,
    attributes: (wire.attributes ?? {}) as Record<string, unknown>,
    revision: wire.revision,
  };
  return { shape, born: wire.created_at };
}

export function readGeometry({ polygons, mask, bbox }: Pick<WireShape, "polygons" | "mask" | "bbox">): Geometry {
  if (polygons) return { kind: "polygons", polygons };
  if (mask) return { kind: "mask", mask };
  const [x = 0, y = 0, width = 0, height = 0] = bbox ?? [];
  return { kind: "bbox", bbox: [x, y, width, height] };
}

/** Fields as the API takes them, the geometry under the name of its kind. */
export function writeFields(fields: ShapeFields): object {
  const body: Record<string, unknown> = {};
  for (const name of given(fields)) if (name !== "geometry") body[name] = fields[name];
  const { geometry } = fields;
  if (geometry?.kind === "polygons") body["polygons"] = geometry.polygons;
  if (geometry?.kind === "mask") body["mask"] = geometry.mask;
  if (geometry?.kind === "bbox") body["bbox"] = geometry.bbox;
  return body;
}

export function readChange(wire: WireChange): RemoteChange {
  const { revision, op, actor, created, updated, deleted } = wire;
  return { revision, op, actor, created: created.map(readShape), updated: updated.map(readShape), deleted };
}

export function writeOperation({ op, items }: Pick<PendingOp, "op" | "items">): WireOperation {
  const of = (kind: Item["kind"]) => items.filter((item) => item.kind === kind);
  return {
    op,
    create: of("create").flatMap(({ id, shape, born }) =>
      shape ? [{ id, ...frameOf(shape), ...writeFields(shape), ...(born === undefined ? {} : { created_at: born }) }] : [],
    ),
    update: of("update").map(({ id, base, fields }) => ({ id, base, ...writeFields(fields) })),
    delete: of("delete").map(({ id, base }) => ({ id, base })),
  };
}

/** Images have no frames, and their shapes say nothing of one. */
function frameOf({ frame }: Shape): { frame?: number } {
  return frame === null ? {} : { frame };
}
