import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { box, creating, deleting, updating } from "../store/fixture";
import { createStore } from "../store/store";
import { createClient } from "./client";
import { memoryOutbox } from "./outbox";
import { createPresence } from "./presence";
import type { LinkEvents } from "./services";
import type { Incoming, WireOperation, WireShape } from "./wire";

const wire = (id: string, more: Partial<WireShape> = {}): WireShape => ({
  ...{ id, class: "c", bbox: [1, 2, 3, 4], z: 0, track: null, source: "human", score: null, attributes: {} },
  ...{ revision: 1, created_at: "2026-01-01T00:00:00+00:00" },
  ...more,
});
const welcome = (more: object = {}): Incoming => ({ type: "welcome", session: "me", revision: 1, people: [], can_annotate: true, ...more });
const change = (revision: number, more: object = {}): Incoming => ({
  ...{ type: "change", revision, op: null, actor: { id: "anna", name: "Anna" }, created: [], updated: [], deleted: [] },
  ...more,
});

/** A client whose line the test holds in its hand. */
async function visit(outbox = memoryOutbox(), shapes: WireShape[] = [wire("a")]) {
  const sent: (WireOperation & { type: string })[] = [];
  const posted: WireOperation[] = [];
  let events: LinkEvents | null = null;
  let ids = 0;
  const state = { links: 0, revision: 1, shapes, isOpen: true, fails: null as Error | null, reads: 0, restarts: 0, isClosed: false };
  const store = createStore({ width: 100, height: 100, task: "instance", newId: () => `n${++ids}` });
  const presence = createPresence();
  const services = {
    connect: (next: LinkEvents) => {
      events = next;
      state.links += 1;
      const send = (message: object) => {
        if (state.isOpen) sent.push(structuredClone(message) as (typeof sent)[number]);
        return state.isOpen;
      };
      return { send, close: () => void (state.isClosed = true), restart: () => void (state.restarts += 1) };
    },
    read: () => {
      state.reads += 1;
      return state.fails ? Promise.reject(state.fails) : Promise.resolve({ revision: state.revision, results: state.shapes });
    },
    post: (operation: WireOperation) => void posted.push(operation),
    isPassing: (error: unknown) => (error as Error).message !== "gone",
    outbox,
  };
  const client = createClient(store, presence, services, "me:image");
  const stop = client.start();
  await vi.advanceTimersByTimeAsync(0);
  const say = (...messages: Incoming[]) => messages.forEach((message) => events?.message(message));
  const status = () => client.state().status;
  return { store, presence, client, stop, sent, posted, say, status, state, outbox, link: () => events as LinkEvents };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("sends what is committed and says when it is saved", async () => {
  const { store, say, sent, status } = await visit();
  say(welcome());
  expect(status()).toEqual({ state: "saved", kept: 0 });
  store.commit(updating("a", { class: "d" }), "Class");
  expect(status()).toEqual({ state: "saving", kept: 1 });
  const [operation] = sent;
  expect(operation).toEqual({ type: "change", op: "n1", create: [], update: [{ id: "a", base: 1, class: "d" }], delete: [] });
  say(change(2, { op: "n1", updated: [wire("a", { class: "d", revision: 2 })] }), { type: "accepted", op: "n1", revision: 2, refused: [] });
  expect(status()).toEqual({ state: "saved", kept: 0 });
  expect(store.snapshot().document.shape("a")).toMatchObject({ class: "d", revision: 2 });
});

it("waits with a shape's next change for the first, and makes it from what that became", async () => {
  const { store, say, sent } = await visit();
  say(welcome());
  store.commit(updating("a", { class: "d" }), "Class");
  store.commit(updating("a", { class: "e" }), "Class");
  store.commit(creating(box("b")), "Draw");
  expect(sent).toHaveLength(1);
  say({ type: "accepted", op: "n1", revision: 2, refused: [] });
  expect(sent).toHaveLength(1);
  expect(store.snapshot().document.shape("a")?.class).toBe("e");
  say(change(2, { op: "n1", updated: [wire("a", { class: "d", revision: 2 })] }));
  expect(sent.slice(1).map(({ op, update }) => [op, update])).toEqual([
    ["n2", [{ id: "a", base: 2, class: "e" }]],
    ["n3", []],
  ]);
});

it("shows what somebody else made of a shape, and offers mine as a copy", async () => {
  const { store, say } = await visit();
  say(welcome());
  store.commit(updating("a", { geometry: box("", 50).geometry }), "Move");
  const theirs = wire("a", { bbox: [9, 9, 9, 9], revision: 2 });
  say(change(2, { updated: [theirs] }));
  expect(store.snapshot().document.shape("a")?.geometry).toMatchObject({ bbox: [9, 9, 9, 9] });
  const refusal = { id: "a", reason: "changed" as const, message: "", current: theirs };
  say({ type: "accepted", op: "n1", revision: 2, refused: [refusal] });
  const [notice] = store.snapshot().notices;
  expect(notice).toMatchObject({ kind: "changed", message: "Anna changed this shape meanwhile, so your change was left out." });
  expect(store.snapshot().undo).toBeNull();
  store.keepCopy(notice?.id ?? "");
  expect(store.snapshot().notices).toEqual([]);
  const [copy] = [...store.snapshot().selection];
  expect(store.snapshot().document.shape(copy ?? "")?.geometry).toMatchObject({ bbox: [50, 0, 10, 10] });
});

it("says who was faster even where the answer comes before their change", async () => {
  const { store, say } = await visit();
  say(welcome());
  store.commit(updating("a", { z: 5 }), "Order");
  say({ type: "accepted", op: "n1", revision: 2, refused: [{ id: "a", reason: "gone", message: "", current: null }] });
  expect(store.snapshot().notices).toEqual([]);
  say(change(2, { deleted: ["a"] }));
  expect(store.snapshot().notices).toMatchObject([{ message: "Anna deleted this shape meanwhile, so your change was left out.", mine: [{ z: 5 }] }]);
});

it("says once what happened many times, with everything that was mine", async () => {
  const { store, say } = await visit(memoryOutbox(), [wire("a"), wire("b")]);
  say(welcome());
  for (const id of ["a", "b", "a"]) store.commit(updating(id, { z: store.snapshot().document.shapes.length + Number(id === "b") }), "Order");
  store.commit(updating("a", { z: 9 }), "Order");
  say(change(2, { deleted: ["a", "b"] }));
  const refusal = (id: string) => ({ id, reason: "gone" as const, message: "", current: null });
  say({ type: "accepted", op: "n1", revision: 2, refused: [refusal("a")] });
  say({ type: "accepted", op: "n2", revision: 2, refused: [refusal("b")] });
  say({ type: "accepted", op: "n3", revision: 2, refused: [refusal("a")] });
  const { notices } = store.snapshot();
  expect(notices).toMatchObject([{ by: "Anna", shapes: ["a", "b"], message: "Anna deleted 2 shapes meanwhile, so your change was left out." }]);
  expect(notices[0]?.mine.map(({ id, z }) => [id, z])).toEqual([["a", 9], ["b", 3]]);
});

it("keeps what is done without a connection, and sends it after the next, in order", async () => {
  const { store, say, sent, status, link, state } = await visit();
  say(welcome());
  state.isOpen = false;
  link().broken();
  store.commit(creating(box("b")), "Draw");
  store.commit(deleting("a"), "Delete");
  expect(status()).toEqual({ state: "offline", kept: 2 });
  say(change(2, { created: [wire("x", { revision: 2 })] }));
  expect(link().after()).toBe(2);
  state.isOpen = true;
  say(welcome());
  expect(sent.map(({ op }) => op)).toEqual(["n1", "n2"]);
  expect(status()).toEqual({ state: "saving", kept: 2 });
});

it("sends again what was not answered, under the same name", async () => {
  const { store, say, sent, link } = await visit();
  say(welcome());
  store.commit(deleting("a"), "Delete");
  link().broken();
  say(welcome());
  expect(sent.map(({ op }) => op)).toEqual(["n1", "n1"]);
});

it("finds what an earlier visit left behind", async () => {
  const outbox = memoryOutbox();
  const first = await visit(outbox);
  first.say(welcome());
  first.link().broken();
  first.store.commit(creating(box("b")), "Draw");
  first.store.commit(updating("b", { class: "late" }), "Class");
  await vi.advanceTimersByTimeAsync(0);
  const second = await visit(outbox);
  expect(second.store.snapshot().document.shape("b")?.class).toBe("late");
  second.say(welcome());
  expect(second.sent.map(({ op }) => op)).toEqual(["n1"]);
  second.say(change(2, { op: "n1", created: [wire("b", { revision: 2 })] }), { type: "accepted", op: "n1", revision: 2, refused: [] });
  expect(second.sent.at(-1)).toMatchObject({ op: "n2", update: [{ id: "b", base: 2, class: "late" }] });
  second.say(change(3, { op: "n2", updated: [wire("b", { class: "late", revision: 3 })] }), { type: "accepted", op: "n2", revision: 3, refused: [] });
  await vi.advanceTimersByTimeAsync(0);
  expect(await outbox.load("me:image")).toEqual([]);
});

it("works where the browser keeps nothing", async () => {
  const no = () => Promise.reject(new Error("private"));
  const { store, say, sent } = await visit({ load: no, put: no, remove: no, owners: no });
  say(welcome());
  store.commit(deleting("a"), "Delete");
  await vi.advanceTimersByTimeAsync(0);
  expect(sent).toHaveLength(1);
});

it("sends what is small enough when the page goes away", async () => {
  const { store, say, client, posted } = await visit();
  say(welcome());
  store.commit(deleting("a"), "Delete");
  const mask = { kind: "mask", mask: { size: [1, 1], counts: "x".repeat(70_000) } } as const;
  store.commit(creating(box("b", 0, { geometry: mask })), "Draw");
  client.hurry();
  expect(posted.map(({ op }) => op)).toEqual(["n1"]);
});

it("takes back what the server does not take, with what builds on it", async () => {
  const { store, say } = await visit();
  say(welcome());
  store.commit(creating(box("b", 500)), "Draw");
  store.commit({ create: [box("c")], update: [{ id: "b", fields: { z: 3 } }], delete: [] }, "Both");
  say({ type: "refused", op: "n1", problem: { status: 400, detail: "create.0.bbox lies outside." } });
  expect(store.snapshot().document.shapes.map(({ id }) => id)).toEqual(["a", "c"]);
  expect(store.snapshot().notices[0]).toMatchObject({ kind: "refused", message: "Draw was not accepted: create.0.bbox lies outside." });
});

it("tries again what the server could not take just now", async () => {
  const { store, say, sent, status } = await visit();
  say(welcome());
  store.commit(deleting("a"), "Delete");
  for (const status of [429, 503, 500]) {
    say({ type: "refused", op: "n1", problem: { status, detail: "Busy." } });
    await vi.advanceTimersByTimeAsync(5000);
  }
  expect(sent.filter(({ type }) => type === "change")).toHaveLength(4);
  expect(status()).toEqual({ state: "saving", kept: 1 });
});

it("reads the document anew where changes are missing, and goes on with those that came meanwhile", async () => {
  const { store, say, state } = await visit();
  say(welcome());
  Object.assign(state, { revision: 5, shapes: [wire("a"), wire("b", { revision: 5 })] });
  say(change(5, { created: [wire("b", { revision: 5 })] }), change(6, { created: [wire("d", { revision: 6 })] }));
  expect(store.snapshot().document.shapes).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(0);
  expect(store.snapshot().document.shapes.map(({ id }) => id)).toEqual(["a", "b", "d"]);
  expect(state.reads).toBe(2);
});

it("says why the document is not there, and tries again where that may help", async () => {
  const visitor = await visit();
  visitor.state.fails = new Error("down");
  visitor.client.reload();
  await vi.advanceTimersByTimeAsync(0);
  expect(visitor.client.state().problem).toMatchObject({ message: "down" });
  visitor.state.fails = null;
  await vi.advanceTimersByTimeAsync(5000);
  expect(visitor.client.state().problem).toBeNull();
});

it("asks a line that says nothing, and gives it up when it stays silent", async () => {
  const { say, sent, state } = await visit();
  say(welcome());
  await vi.advanceTimersByTimeAsync(31_000);
  expect(sent).toMatchObject([{ type: "ping" }]);
  say({ type: "pong" });
  await vi.advanceTimersByTimeAsync(31_000);
  expect(state.restarts).toBe(0);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(state.restarts).toBeGreaterThan(0);
});

it("stays until everything has been sent, but not for ever", async () => {
  const { store, say, stop, state, client } = await visit();
  say(welcome());
  store.commit(deleting("a"), "Delete");
  stop();
  expect(state.isClosed).toBe(false);
  say(change(2, { op: "n1", deleted: ["a"] }), { type: "accepted", op: "n1", revision: 2, refused: [] });
  expect(state.isClosed).toBe(true);
  const again = client.start();
  await vi.advanceTimersByTimeAsync(0);
  again();
});

it("connects once where it is started twice in a row", async () => {
  const { client, stop, state, say } = await visit();
  stop();
  client.start()();
  client.start();
  await vi.advanceTimersByTimeAsync(0);
  say(welcome());
  expect(state.links).toBe(2);
  expect(client.state().status.state).toBe("saved");
});

it("is locked for who may only look, and where the server lets nobody in", async () => {
  const { store, say, link, status } = await visit();
  say(welcome({ can_annotate: false }));
  expect(store.snapshot().locked).toBe(true);
  say(welcome());
  expect(store.snapshot().locked).toBe(false);
  link().refused();
  expect(store.snapshot().locked).toBe(true);
  expect(status().state).toBe("refused");
});
