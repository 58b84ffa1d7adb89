import type { Change, Shape, ShapeFields } from "../types";
import type { Placed } from "./document";
import type { RemoteChange } from "./replica";
import { createStore, type SyncedStore } from "./store";

/** A shape that says what it is: different `at` are different places. */
export function box(id: string, at = 0, fields: ShapeFields = {}): Shape {
  const geometry = { kind: "bbox", bbox: [at, 0, 10, 10] } as const;
  return { id, class: "c", geometry, z: 0, track: null, frame: null, source: "human", score: null, attributes: {}, revision: 0, ...fields };
}

export function creating(...create: Shape[]): Change {
  return { create, update: [], delete: [] };
}

export function updating(id: string, fields: ShapeFields): Change {
  return { create: [], update: [{ id, fields }], delete: [] };
}

export function deleting(...ids: string[]): Change {
  return { create: [], update: [], delete: ids };
}

/** A store whose server takes everything: `accept` lets what waits land, `remote` is what somebody else did. */
export function storeWithServer(shapes: readonly Shape[] = []) {
  let ids = 0;
  const store: SyncedStore = createStore({ width: 100, height: 100, task: "instance", newId: () => `n${++ids}` });
  const { replica } = store;
  const server = new Map<string, Shape>(shapes.map((shape) => [shape.id, shape]));
  const placed = (id: string, revision: number): Placed[] => {
    const shape = server.get(id);
    const born = `2026-01-01T00:00:00.${String(revision).padStart(6, "0")}+00:00`;
    return shape ? [{ shape: structuredClone({ ...shape, revision }), born }] : [];
  };
  replica.reset(1, shapes.flatMap(({ id }) => placed(id, 1)));
  store.setLocked(false);

  /** The change becomes the next revision. */
  function land({ create, update, delete: gone }: Change, told: Pick<RemoteChange, "op" | "actor">): number {
    const revision = replica.revision + 1;
    for (const shape of create) server.set(shape.id, shape);
    for (const { id, fields } of update) server.set(id, { ...(server.get(id) as Shape), ...fields });
    for (const id of gone) server.delete(id);
    const created = create.flatMap(({ id }) => placed(id, revision));
    const updated = update.flatMap(({ id }) => placed(id, revision));
    replica.receive({ revision, ...told, created, updated, deleted: gone });
    return revision;
  }

  return {
    store,
    shapes: () => store.snapshot().document.shapes,
    shape: (id: string) => store.snapshot().document.shape(id),
    ids: () => store.snapshot().document.shapes.map((shape) => shape.id),
    accept() {
      for (let [op] = replica.sendable(1); op !== undefined; [op] = replica.sendable(1)) {
        const of = (kind: string) => op?.items.filter((item) => item.kind === kind) ?? [];
        const create = of("create").flatMap(({ shape }) => shape ?? []);
        const change = { create, update: of("update"), delete: of("delete").map(({ id }) => id) };
        const revision = land(change, { op: op.op, actor: null });
        replica.accepted(op.op, revision, []);
      }
      store.refresh();
    },
    remote(change: Change, name = "Anna") {
      land(change, { op: null, actor: { id: name, name } });
      store.refresh();
    },
  };
}
