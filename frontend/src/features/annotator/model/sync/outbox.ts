import type { KeptOp } from "../store/pending";

/**
 * Where operations are kept until the server has confirmed them. `owner` names a person and an image, so that nobody sends
 * what somebody else drew in the same browser. Operations come back in the order of their numbers.
 */
export interface Outbox {
  load(owner: string): Promise<KeptOp[]>;
  put(owner: string, op: KeptOp): Promise<void>;
  remove(owner: string, op: string): Promise<void>;
  /** Owners that begin so and have something kept. */
  owners(prefix: string): Promise<string[]>;
}

export function memoryOutbox(): Outbox {
  const all = new Map<string, Map<string, KeptOp>>();
  return {
    load: (owner) => Promise.resolve(inOrder([...(all.get(owner)?.values() ?? [])]).map((op) => structuredClone(op))),
    put: (owner, op) => {
      const ops = all.get(owner) ?? new Map<string, KeptOp>();
      ops.set(op.op, structuredClone(op));
      all.set(owner, ops);
      return Promise.resolve();
    },
    remove: (owner, op) => {
      all.get(owner)?.delete(op);
      return Promise.resolve();
    },
    owners: (prefix) => Promise.resolve([...all].filter(([key, ops]) => key.startsWith(prefix) && ops.size > 0).map(([key]) => key)),
  };
}

export function inOrder(ops: readonly KeptOp[]): KeptOp[] {
  return ops.toSorted((a, b) => a.number - b.number);
}

/** Only what is kept of an operation. */
export function keptOf({ op, label, number, items, sent }: KeptOp): KeptOp {
  return { op, label, number, items, sent };
}
