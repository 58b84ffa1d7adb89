import fc from "fast-check";
import { expect, it } from "vitest";
import { Document, type Placed } from "./document";
import { reusing, same } from "./fields";
import { box, creating, deleting, storeWithServer, updating } from "./fixture";
import { normal } from "./normal";
import { parts } from "./pending";

const picture = { width: 10, height: 10, task: "instance" } as const;
const placed = (id: string, z: number, born: string): Placed => ({ shape: box(id, 0, { z }), born });

it("is always in painting order, and finds every shape by its id", () => {
  const edit = fc.record({ id: fc.nat(30), z: fc.integer({ min: -2, max: 2 }), born: fc.nat(5), gone: fc.boolean() });
  fc.assert(
    fc.property(fc.array(fc.array(edit, { maxLength: 10 }), { maxLength: 30 }), (edits) => {
      const document = new Document(picture);
      const model = new Map<string, Placed>();
      for (const some of edits) {
        const changes = new Map(some.map(({ id, z, born, gone }) => [`${id}`, gone ? null : placed(`${id}`, z, `${born}`)]));
        document.set(changes);
        for (const [id, next] of changes) if (next) model.set(id, next); else model.delete(id);
        const order = [...model.values()].sort(
          (a, b) => a.shape.z - b.shape.z || a.born.localeCompare(b.born) || (a.shape.id < b.shape.id ? -1 : 1),
        );
        const view = document.snapshot();
        expect(view.shapes.map(({ id }) => id)).toEqual(order.map(({ shape }) => shape.id));
        for (let id = 0; id < 31; id += 1) expect(view.shape(`${id}`)).toBe(model.get(`${id}`)?.shape);
      }
    }),
  );
});

it("leaves older snapshots as they were, and shares with them what did not change", () => {
  const { store } = storeWithServer([box("a"), box("b"), box("c")]);
  const before = store.snapshot();
  store.commit(updating("b", { class: "x" }), "Class");
  store.commit(deleting("c"), "Delete");
  const after = store.snapshot();
  expect(before.document.shapes.map(({ class: label }) => label)).toEqual(["c", "c", "c"]);
  expect(before.document.shape("c")).toBeDefined();
  expect(after.document.shape("c")).toBeUndefined();
  expect(after.document.shape("a")).toBe(before.document.shape("a"));
  expect(after.document.shape("b")?.geometry).toBe(before.document.shape("b")?.geometry);
  expect(after.selection).toBe(before.selection);
});

it("is the same snapshot while nothing changes", () => {
  const { store } = storeWithServer([box("a")]);
  const before = store.snapshot();
  let told = 0;
  store.subscribe(() => (told += 1));
  store.refresh();
  store.commit(updating("a", { z: 0 }), "Nothing");
  store.commit(updating("nobody", { z: 1 }), "Nothing");
  store.select([]);
  expect(store.snapshot()).toBe(before);
  expect(told).toBe(0);
  expect(store.snapshot().undo).toBeNull();
});

it("keeps the objects of what the server only repeats", () => {
  const world = storeWithServer([box("a")]);
  world.store.commit(creating(box("b", 5)), "Draw");
  const drawn = world.shape("b")?.geometry;
  world.accept();
  expect(world.shape("b")?.revision).toBe(2);
  expect(world.shape("b")?.geometry).toBe(drawn);
  expect(reusing(box("a"), { ...box("a"), class: "x" }).class).toBe("x");
});

it("draws new shapes on top of those of the same z, in the order they were made", () => {
  const world = storeWithServer([box("a"), box("top", 0, { z: 1 })]);
  world.store.commit(creating(box("z"), box("b")), "Draw");
  world.store.commit(creating(box("y")), "Draw");
  expect(world.ids()).toEqual(["a", "z", "b", "y", "top"]);
});

it("selects only what is there", () => {
  const world = storeWithServer([box("a"), box("b")]);
  world.store.select(["a", "b", "nobody"]);
  expect([...world.store.snapshot().selection]).toEqual(["a", "b"]);
  world.remote(deleting("a"));
  expect([...world.store.snapshot().selection]).toEqual(["b"]);
});

it("lets nobody change what they may only look at", () => {
  const { store, ids } = storeWithServer([box("a")]);
  store.setLocked(true);
  store.commit(deleting("a"), "Delete");
  expect(ids()).toEqual(["a"]);
  expect(store.snapshot().notices).toMatchObject([{ kind: "told" }]);
});

it("stays quick with many shapes", () => {
  const world = storeWithServer(Array.from({ length: 5000 }, (_, at) => box(`s${at}`, at)));
  const start = performance.now();
  for (let at = 0; at < 100; at += 1) {
    world.store.commit(updating(`s${at}`, { class: `${at}` }), "Class");
    world.store.commit(creating(box(`n${at}`, at)), "Draw");
  }
  // A bound that a busy machine keeps too.
  expect((performance.now() - start) / 200).toBeLessThan(20);
  expect(world.ids()).toHaveLength(5100);
});

it("has each shape once in an operation", () => {
  const shapes = new Map([box("a"), box("b"), box("c")].map((shape) => [shape.id, shape]));
  const change = normal(
    {
      create: [box("new"), box("c", 7)],
      update: [
        { id: "a", fields: { z: 1 } },
        { id: "a", fields: { class: "x" } },
        { id: "b", fields: { z: 2 } },
        { id: "new", fields: { z: 3 } },
      ],
      delete: ["b", "c", "nobody"],
    },
    (id) => shapes.get(id),
  );
  expect(change.create).toMatchObject([{ id: "new", z: 3 }]);
  expect(change.update).toMatchObject([
    { id: "c", fields: { geometry: { bbox: [7, 0, 10, 10] } } },
    { id: "a", fields: { z: 1, class: "x" } },
  ]);
  expect(change.delete).toEqual(["b"]);
});

it("sends what is too much for one operation as several", () => {
  const create = Array.from({ length: 4500 }, (_, at) => box(`${at}`));
  expect(parts(creating(...create)).map((part) => part.create.length)).toEqual([2000, 2000, 500]);
  const mask = { kind: "mask", mask: { size: [1, 1], counts: "x".repeat(3_000_000) } } as const;
  expect(parts(creating(box("a", 0, { geometry: mask }), box("b", 0, { geometry: mask })))).toHaveLength(2);
  expect(parts(creating())).toEqual([]);
});

it("is one step of undo even where it is several operations", () => {
  const world = storeWithServer();
  world.store.commit(creating(...Array.from({ length: 2500 }, (_, at) => box(`${at}`))), "Paste");
  expect(world.store.replica.ops).toHaveLength(2);
  world.accept();
  world.store.undo();
  expect(world.ids()).toEqual([]);
  world.store.redo();
  expect(world.ids()).toHaveLength(2500);
});

it("compares plain values", () => {
  expect(same({ a: [1, { b: null }] }, { a: [1, { b: null }] })).toBe(true);
  expect(same({ a: 1 }, { a: 1, b: 2 })).toBe(false);
  expect(same([1], { 0: 1 })).toBe(false);
  expect(same(null, {})).toBe(false);
});
