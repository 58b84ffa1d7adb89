import type { Shape } from "../types";
import type { Settled } from "./replica";
import type { Notice } from "./types";

const MOST = 50;

/** One notice for each reason for which something of an operation did not land. */
export function noticesOf({ op, refused, problem }: Settled, newId: () => string, actor: (id: string) => string | null): Notice[] {
  const mineOf = (some: Settled["refused"]) => some.flatMap(({ item }) => (item.mine ? [item.mine] : []));
  const idsOf = (some: Settled["refused"]) => some.map(({ item }) => item.id);
  if (problem !== null) {
    const message = `${op.label || "A change"} was not accepted: ${problem}`;
    return [{ id: newId(), kind: "refused", by: null, message, mine: mineOf(refused), shapes: idsOf(refused) }];
  }
  return (["changed", "gone", "taken"] as const).flatMap((kind) => {
    const some = refused.filter(({ refusal }) => refusal.reason === kind);
    // Both wanted it gone, and it is.
    const told = kind === "gone" ? some.filter(({ item }) => item.kind !== "delete") : some;
    if (told.length === 0) return [];
    const by = told.map(({ item }) => actor(item.id)).find((name) => name !== null) ?? null;
    return [{ id: newId(), kind, by, message: sentence(kind, by, told.length), mine: mineOf(told), shapes: idsOf(told) }];
  });
}

/** Undo left shapes alone. */
export function keptNotice(kept: readonly { id: string; actor: string | null }[], id: string): Notice {
  const by = kept.map(({ actor }) => actor).find((name) => name !== null) ?? null;
  return { id, kind: "kept", by, message: sentence("kept", by, kept.length), mine: [], shapes: kept.map((shape) => shape.id) };
}

/**
 * The notices with one more. What is said of the same person again is said once, with all shapes: after a day offline there
 * is one line and not a hundred. Where there are too many, lines of tools go first.
 */
export function withNotice(notices: readonly Notice[], next: Notice): readonly Notice[] {
  const { kind, by } = next;
  const known = kind === "told" || kind === "refused" ? undefined : notices.find((other) => other.kind === kind && other.by === by);
  if (known) {
    const shapes = [...new Set([...known.shapes, ...next.shapes])];
    // Of a shape that was changed several times, the last state has everything.
    const mine = [...new Map<string, Shape>([...known.mine, ...next.mine].map((shape) => [shape.id, shape])).values()];
    const merged: Notice = { ...known, id: next.id, message: sentence(known.kind, by, shapes.length), mine, shapes };
    return [...notices.filter((other) => other !== known), merged];
  }
  const all = [...notices, next];
  if (all.length <= MOST) return all;
  const oldest = all.find((notice) => notice.kind === "told") ?? all[0];
  return all.filter((notice) => notice !== oldest);
}

function sentence(kind: Notice["kind"], by: string | null, count: number): string {
  const who = by ?? "Somebody";
  const what = count === 1 ? "this shape" : `${count} shapes`;
  if (kind === "changed") return `${who} changed ${what} meanwhile, so your change was left out.`;
  if (kind === "gone") return `${who} deleted ${what} meanwhile, so your change was left out.`;
  if (kind === "taken") return `${count === 1 ? "This shape is" : `${count} shapes are`} still there, so nothing was made anew.`;
  return count === 1
    ? `${who} has changed this shape since, so it was left as it is.`
    : `${who} has changed ${count} shapes since, so they were left as they are.`;
}
