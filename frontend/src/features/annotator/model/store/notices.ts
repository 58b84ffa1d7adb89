import type { Settled } from "./replica";
import type { Notice } from "./types";

/** One notice for each reason for which something of an operation did not land. */
export function noticesOf({ op, refused, problem }: Settled, newId: () => string, actor: (id: string) => string | null): Notice[] {
  const mineOf = (some: Settled["refused"]) => some.flatMap(({ item }) => (item.mine ? [item.mine] : []));
  if (problem !== null) {
    const message = `${op.label || "A change"} was not accepted: ${problem}`;
    return [{ id: newId(), kind: "refused", message, mine: mineOf(refused) }];
  }
  return (["changed", "gone", "taken"] as const).flatMap((kind) => {
    const some = refused.filter(({ refusal }) => refusal.reason === kind);
    if (some.length === 0) return [];
    // Both wanted it gone, and it is.
    const told = kind === "gone" ? some.filter(({ item }) => item.kind !== "delete") : some;
    if (told.length === 0) return [];
    const who = told.map(({ item }) => actor(item.id)).find((name) => name !== null) ?? "Somebody";
    return [{ id: newId(), kind, message: sentence(kind, who, told.length), mine: mineOf(told) }];
  });
}

function sentence(kind: "changed" | "gone" | "taken", who: string, count: number): string {
  const what = count === 1 ? "this shape" : `${count} shapes`;
  if (kind === "changed") return `${who} changed ${what} meanwhile, so your change was left out.`;
  if (kind === "gone") return `${who} deleted ${what} meanwhile, so your change was left out.`;
  return count === 1 ? "This shape is there already." : `${count} shapes are there already.`;
}

/** Undo left shapes alone. */
export function keptNotice(kept: readonly { actor: string | null }[], id: string): Notice {
  const who = kept.map(({ actor }) => actor).find((name) => name !== null) ?? "Somebody";
  const message =
    kept.length === 1
      ? `${who} has changed this shape since, so it was left as it is.`
      : `${who} has changed ${kept.length} shapes since, so they were left as they are.`;
  return { id, kind: "kept", message, mine: [] };
}
