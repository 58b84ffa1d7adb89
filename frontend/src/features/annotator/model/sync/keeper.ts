import type { Replica } from "../store/replica";
import { keptOf, type Outbox } from "./outbox";

/** Keeps the outbox what the replica has unconfirmed. A browser that lets nothing be kept is worked in all the same. */
export function createKeeper(replica: Replica, outbox: Outbox, owner: string) {
  const stored = new Set<string>();
  const quietly = (work: Promise<unknown>) => void work.catch(() => undefined);
  return {
    async load() {
      const ops = await outbox.load(owner).catch(() => []);
      for (const { op } of ops) stored.add(op);
      return ops;
    },
    /** After anything has happened. */
    update() {
      const open = new Map(replica.ops.filter(({ accepted }) => accepted === null).map((op) => [op.op, op]));
      for (const id of stored) {
        if (open.has(id)) continue;
        stored.delete(id);
        quietly(outbox.remove(owner, id));
      }
      for (const op of replica.dirty) {
        if (!open.has(op.op)) continue;
        stored.add(op.op);
        quietly(outbox.put(owner, keptOf(op)));
      }
      replica.dirty.clear();
    },
  };
}
