import fc from "fast-check";
import { expect, it } from "vitest";
import type { Change, Shape } from "../types";
import { differing, FIELDS } from "./fields";
import { box, creating, deleting, storeWithServer, updating } from "./fixture";

type World = ReturnType<typeof storeWithServer>;

const start = [box("a", 1), box("b", 2), box("c", 3)];

/** Contents by id; the order is looked at elsewhere. */
function contents(world: World): Record<string, unknown> {
  return Object.fromEntries(world.shapes().map((shape) => [shape.id, { ...shape, revision: 0 }]));
}

let count = 100;
function changeOf(world: World, { pick, way }: { pick: number; way: number }): Change {
  count += 1;
  const all = world.shapes();
  const some = all[pick % Math.max(1, all.length)];
  if (way < 3 || some === undefined) return creating(box(`new${count}`, count));
  if (way < 5) return updating(some.id, { geometry: box("", count).geometry });
  if (way < 6) return updating(some.id, { class: `c${count}` });
  if (way < 7) return { ...updating(some.id, { z: count, class: `c${count}` }), create: [box(`new${count}`, count)] };
  return deleting(...new Set([some.id, all[(pick + 1) % all.length]?.id ?? some.id]));
}

const mine = fc.record({ who: fc.constant("me" as const), pick: fc.nat(20), way: fc.nat(8) });
const others = fc.record({ who: fc.constant("other" as const), pick: fc.nat(20), way: fc.nat(8) });
const landing = fc.record({ who: fc.constantFrom("server" as const, "undo" as const, "redo" as const), pick: fc.nat(1), way: fc.nat(1) });

it("gives everything back: undo all, then redo all", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(mine, mine, landing), { maxLength: 40 }), (steps) => {
      const world = storeWithServer(start);
      for (const step of steps) {
        if (step.who === "me") world.store.commit(changeOf(world, step), "Edit");
        else if (step.who === "server") world.accept();
        else world.store[step.who]();
      }
      const after = contents(world);
      while (world.store.snapshot().undo !== null) world.store.undo();
      expect(contents(world)).toEqual(contents(storeWithServer(start)));
      world.accept();
      while (world.store.snapshot().redo !== null) world.store.redo();
      if (!steps.some(({ who }) => who === "undo")) expect(contents(world)).toEqual(after);
      expect(world.store.snapshot().notices).toEqual([]);
      world.accept();
      expect(world.store.replica.ops).toEqual([]);
    }),
  );
});

it("redoes what was undone, wherever one stopped", () => {
  fc.assert(
    fc.property(fc.array(mine, { minLength: 1, maxLength: 20 }), fc.nat(20), (steps, back) => {
      const world = storeWithServer(start);
      for (const step of steps) world.store.commit(changeOf(world, step), "Edit");
      const after = contents(world);
      for (let n = 0; n < back; n += 1) world.store.undo();
      for (let n = 0; n < back; n += 1) world.store.redo();
      expect(contents(world)).toEqual(after);
    }),
  );
});

it("never touches what others did", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(mine, others, others, landing), { maxLength: 50 }), (steps) => {
      const world = storeWithServer(start);
      // By shape and field, who wrote last; a shape that is gone has the writer of its deletion under "gone".
      const last = new Map<string, string>();
      const note = (who: string, before: readonly Shape[], after: readonly Shape[]) => {
        const was = new Map(before.map((shape) => [shape.id, shape]));
        for (const shape of after) {
          const old = was.get(shape.id);
          for (const name of old ? differing(old, shape) : [...FIELDS, "gone"]) last.set(`${shape.id} ${name}`, who);
          was.delete(shape.id);
        }
        for (const id of was.keys()) for (const name of [...FIELDS, "gone"]) last.set(`${id} ${name}`, who);
      };
      for (const step of steps) {
        const before = world.shapes();
        if (step.who === "server") world.accept();
        else if (step.who === "me") world.store.commit(changeOf(world, step), "Edit");
        else if (step.who === "other") {
          // They see what the server has.
          world.accept();
          world.remote(changeOf(world, step));
        } else world.store[step.who]();
        note(step.who === "other" ? "other" : "me", before, world.shapes());
      }
      const before = new Map(world.shapes().map((shape) => [shape.id, shape]));
      while (world.store.snapshot().undo !== null) world.store.undo();
      for (const [id, shape] of before) {
        const now = world.shape(id);
        const theirs = FIELDS.filter((name) => last.get(`${id} ${name}`) === "other");
        if (theirs.length > 0) expect(now, `${id} is gone`).toBeDefined();
        if (now) for (const name of theirs) expect(now[name]).toEqual(shape[name]);
      }
      for (const [key, who] of last) {
        const [id = "", name] = key.split(" ");
        if (name === "gone" && who === "other" && !before.has(id)) expect(world.shape(id)).toBeUndefined();
      }
    }),
  );
});

it("leaves a shape that somebody has changed since, and says so", () => {
  const world = storeWithServer(start);
  world.store.commit(updating("a", { class: "mine" }), "Class");
  world.accept();
  world.remote(updating("a", { class: "theirs" }));
  world.store.undo();
  expect(world.shape("a")?.class).toBe("theirs");
  expect(world.store.snapshot().notices).toMatchObject([
    { kind: "kept", message: "Anna has changed this shape since, so it was left as it is." },
  ]);
  expect(world.store.snapshot().redo).toBeNull();
});

it("takes back one field where somebody has changed another", () => {
  const world = storeWithServer(start);
  world.store.commit(updating("a", { class: "mine" }), "Class");
  world.accept();
  world.remote(updating("a", { z: 5 }));
  world.store.undo();
  expect(world.shape("a")).toMatchObject({ class: "c", z: 5 });
});

it("takes back the rest of a step when one of its shapes is somebody else's by now", () => {
  const world = storeWithServer(start);
  world.store.commit({ ...creating(box("d", 9)), update: [{ id: "a", fields: { class: "mine" } }] }, "Both");
  world.accept();
  world.remote(updating("d", { class: "theirs" }));
  world.store.undo();
  expect(world.shape("d")?.class).toBe("theirs");
  expect(world.shape("a")?.class).toBe("c");
});

it("brings a deleted shape back under its id, so that earlier steps can be taken back too", () => {
  const world = storeWithServer(start);
  world.store.commit(updating("a", { class: "x" }), "Class");
  world.store.commit(deleting("a"), "Delete");
  world.accept();
  expect(world.store.snapshot().undo).toBe("Delete");
  world.store.undo();
  expect(world.shape("a")?.class).toBe("x");
  world.store.undo();
  expect(world.shape("a")?.class).toBe("c");
  world.store.redo();
  world.store.redo();
  expect(world.shape("a")).toBeUndefined();
});

it("forgets the steps that were undone when something new is done", () => {
  const world = storeWithServer(start);
  world.store.commit(deleting("a"), "Delete");
  world.store.undo();
  world.store.commit(deleting("b"), "Delete");
  expect(world.store.snapshot().redo).toBeNull();
});

it("has nothing to take back of what the server refused", () => {
  const world = storeWithServer(start);
  world.store.commit(updating("a", { class: "bad" }), "Class");
  world.store.commit(updating("a", { class: "good" }), "Class");
  const [first] = world.store.replica.ops;
  world.store.replica.refuse(first?.op ?? "", "It is no class.");
  world.store.refresh();
  world.accept();
  expect(world.shape("a")?.class).toBe("good");
  world.store.undo();
  expect(world.shape("a")?.class).toBe("c");
  expect(world.store.snapshot().undo).toBeNull();
});

it("brings a deleted shape back to where it lay, before and after the server has heard of it", () => {
  for (const heard of [false, true]) {
    const world = storeWithServer(start);
    world.store.commit(deleting("b"), "Delete");
    if (heard) world.accept();
    world.store.undo();
    expect(world.shapes().map(({ id }) => id)).toEqual(["a", "b", "c"]);
    const [op] = world.store.replica.ops.slice(-1);
    expect(op?.items[0]?.born).toBeDefined();
  }
});
