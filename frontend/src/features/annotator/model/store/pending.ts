import type { Change, Shape, ShapeFields } from "../types";
import type { Placed } from "./document";
import { type Field, FIELDS, given } from "./fields";

/** What one operation does to one shape, before the server has said yes. */
export interface Item {
  readonly kind: "create" | "update" | "delete";
  readonly id: string;
  /** Of a creation. */
  readonly shape: Shape | null;
  /** Of a creation that brings back what was deleted: when it came to be, which is its place in the painting order. */
  born?: string;
  /** Of an update. */
  readonly fields: ShapeFields;
  /** The shape's state just after this item, for who wants it back should the server refuse. */
  readonly mine: Shape | null;
  /** The revision of the shape that this is made from, counted on while others change other fields of it. */
  base: number;
  /** Somebody was faster, or may have been: the base stays, and the server decides. */
  frozen: boolean;
  /** Frozen, and it is known that it will be refused: what is there now is shown. */
  hidden: boolean;
}

export interface Refusal {
  readonly id: string;
  readonly reason: "changed" | "gone" | "taken";
  readonly message: string;
}

/** An operation that the server has not confirmed, or whose revision has not come in yet. */
export interface PendingOp {
  readonly op: string;
  readonly label: string;
  /** Order of what this person did. */
  readonly number: number;
  items: Item[];
  /** It may have reached the server. */
  sent: boolean;
  /** Its own change message came: the items that are in the server's state are not applied again. */
  landed: boolean;
  accepted: number | null;
  refused: readonly Refusal[];
}

/** An operation as it is kept in the browser. */
export type KeptOp = Pick<PendingOp, "op" | "label" | "number" | "items" | "sent">;

export const NO_CHANGE: Change = { create: [], update: [], delete: [] };

/** The fields that an item stakes: a creation or deletion all of them. */
export function staked(item: Item): readonly Field[] {
  return item.kind === "update" ? given(item.fields) : FIELDS;
}

/** A shape under the items that wait for it, in order; null where there is none. */
export function folded(server: Placed | undefined, items: readonly { item: Item; born: string }[]): Placed | null {
  let state: Placed | null = server ?? null;
  for (const { item, born } of items) {
    if (item.hidden) continue;
    if (item.kind === "create") {
      if (state === null && item.shape) state = { shape: item.shape, born };
    } else if (item.kind === "delete") {
      state = null;
    } else if (state !== null) {
      state = { shape: { ...state.shape, ...item.fields }, born: state.born };
    }
  }
  return state;
}

// The server takes 5,000 shapes and 8 MiB at once; numbers are longer in its form than here.
const MOST_ITEMS = 2_000;
const MOST_CHARACTERS = 4 << 20;

/** A change in parts that the server takes; one part nearly always. */
export function parts(change: Change): Change[] {
  const all = [
    ...change.create.map((item) => ({ create: item, size: size(item) })),
    ...change.update.map((item) => ({ update: item, size: size(item.fields) })),
    ...change.delete.map((item) => ({ delete: item, size: 50 })),
  ];
  const out: Change[] = [];
  let part = { create: [] as Shape[], update: [] as Change["update"][number][], delete: [] as string[] };
  let characters = 0;
  let count = 0;
  for (const item of all) {
    if (count > 0 && (count === MOST_ITEMS || characters + item.size > MOST_CHARACTERS)) {
      out.push(part);
      part = { create: [], update: [], delete: [] };
      characters = count = 0;
    }
    if ("create" in item) part.create.push(item.create);
    else if ("update" in item) part.update.push(item.update);
    else part.delete.push(item.delete);
    characters += item.size;
    count += 1;
  }
  if (count > 0) out.push(part);
  return out;
}

/** About how many characters of JSON, without writing them. */
function size({ geometry, attributes }: Partial<Shape>): number {
  const rest = attributes === undefined ? 250 : 250 + JSON.stringify(attributes).length;
  if (geometry === undefined || geometry.kind === "bbox") return rest + 100;
  if (geometry.kind === "mask") return rest + geometry.mask.counts.length * 1.1;
  const points = geometry.polygons.reduce(
    (sum, { exterior, holes }) => sum + exterior.length + holes.reduce((all, hole) => all + hole.length, 0),
    0,
  );
  return rest + points * 40;
}
