import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { box, creating, deleting, updating } from "../store/fixture";
import { createStore } from "../store/store";
import { type AnswerDocument, answerServices } from "./answers";
import { createClient } from "./client";
import { memoryOutbox } from "./outbox";
import { createPresence } from "./presence";
import type { WireShape } from "./wire";

const wire = (id: string, more: Partial<WireShape> = {}): WireShape => ({
  ...{ id, class: "c", bbox: [1, 2, 3, 4], z: 0, track: null, source: "human", score: null, attributes: {} },
  ...{ revision: 1, created_at: "2026-01-01T00:00:00+00:00" },
  ...more,
});

/** A server that keeps one answer, as strict about revisions as the real one. */
function keeping(results: WireShape[] = [], revision = results.length > 0 ? 1 : 0) {
  const state = { answer: { revision, results, isDone: false } as AnswerDocument, saves: [] as object[][], fails: null as number | null };
  const refuse = (status: number): Promise<never> => Promise.reject(Object.assign(new Error("refused"), { status }));
  return {
    state,
    read: () => (state.fails === 0 ? refuse(0) : Promise.resolve(structuredClone(state.answer))),
    save: (base: number, shapes: readonly object[], done: boolean) => {
      state.saves.push([...shapes]);
      if (state.fails !== null) return refuse(state.fails);
      if (state.answer.isDone) return refuse(409);
      if (base !== state.answer.revision) return refuse(412);
      if (shapes.some((shape) => (shape as WireShape).class === "bad")) return refuse(400);
      const stored = shapes.map((shape) => wire((shape as WireShape).id, { ...(structuredClone(shape) as WireShape), bbox: (shape as WireShape).bbox ?? null }));
      state.answer = { revision: base + 1, results: stored, isDone: done };
      return Promise.resolve(structuredClone(state.answer));
    },
    problemOf: (error: unknown) => ({ status: (error as { status?: number }).status ?? 0, detail: "no" }),
  };
}

async function visit(remote = keeping(), outbox = memoryOutbox()) {
  let ids = 0;
  const store = createStore({ width: 100, height: 100, task: "instance", newId: () => `n${++ids}` });
  const services = answerServices(remote, outbox);
  const client = createClient(store, createPresence(), services, "answer:me:image");
  const stop = client.start();
  await vi.advanceTimersByTimeAsync(10);
  const ids_ = () => store.snapshot().document.shapes.map(({ id }) => id);
  return { store, client, services, stop, remote, outbox, status: () => client.state().status, ids: ids_ };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("shows the answer and may change it", async () => {
  const { ids, status, store } = await visit(keeping([wire("a"), wire("b", { z: -1 })]));
  expect(ids()).toEqual(["b", "a"]);
  expect(status()).toEqual({ state: "saved", kept: 0 });
  expect(store.snapshot().locked).toBe(false);
});

it("saves strokes that follow each other together, whole and in painting order", async () => {
  const { store, remote, status } = await visit(keeping([wire("a")]));
  store.commit(creating(box("n1", 5)), "Draw");
  store.commit(creating(box("n2", 9)), "Draw");
  expect(status()).toEqual({ state: "saving", kept: 2 });
  await vi.advanceTimersByTimeAsync(400);
  expect(status()).toEqual({ state: "saved", kept: 0 });
  expect(remote.state.saves).toHaveLength(1);
  expect(remote.state.saves[0]?.map((shape) => (shape as WireShape).id)).toEqual(["a", "n1", "n2"]);
  expect(Object.keys(remote.state.saves[0]?.[0] ?? {})).not.toContain("created_at");
});

it("changes, deletes and takes back", async () => {
  const { store, remote, ids } = await visit(keeping([wire("a"), wire("b")]));
  store.commit(updating("a", { z: 5 }), "Raise");
  await vi.advanceTimersByTimeAsync(400);
  expect(ids()).toEqual(["b", "a"]);
  store.commit(deleting("b"), "Delete");
  await vi.advanceTimersByTimeAsync(400);
  expect(remote.state.answer.results.map(({ id }) => id)).toEqual(["a"]);
  store.undo();
  store.undo();
  await vi.advanceTimersByTimeAsync(800);
  expect(remote.state.answer.results.map(({ id, z }) => [id, z])).toContainEqual(["a", 0]);
  expect(remote.state.answer.results).toHaveLength(2);
});

it("keeps what cannot be saved and sends it when the server is back", async () => {
  const { store, remote, status, outbox } = await visit();
  remote.state.fails = 0;
  store.commit(creating(box("n1")), "Draw");
  await vi.advanceTimersByTimeAsync(500);
  expect(status()).toEqual({ state: "offline", kept: 1 });
  expect(await outbox.load("answer:me:image")).toHaveLength(1);
  remote.state.fails = null;
  await vi.advanceTimersByTimeAsync(4_000);
  expect(status()).toEqual({ state: "saved", kept: 0 });
  expect(remote.state.answer.results).toHaveLength(1);
});

it("what was left unsent comes with the next visit", async () => {
  const first = await visit();
  first.remote.state.fails = 503;
  first.store.commit(creating(box("n1")), "Draw");
  await vi.advanceTimersByTimeAsync(500);
  first.stop();
  first.remote.state.fails = null;
  await vi.advanceTimersByTimeAsync(30_000);
  const second = await visit(first.remote, first.outbox);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(second.status()).toEqual({ state: "saved", kept: 0 });
  expect(second.remote.state.answer.results).toHaveLength(1);
});

it("another tab's save is read first, and nothing is lost", async () => {
  const { store, remote, ids, status } = await visit(keeping([wire("a")]));
  remote.state.answer = { revision: 7, results: [wire("a"), wire("other")], isDone: false };
  store.commit(creating(box("n1")), "Draw");
  await vi.advanceTimersByTimeAsync(2_000);
  expect(status()).toEqual({ state: "saved", kept: 0 });
  expect([...ids()].sort()).toEqual(["a", "n1", "other"]);
  expect(remote.state.answer.results).toHaveLength(3);
});

it("a shape that the server does not take is refused by itself", async () => {
  const { store, remote, status, ids } = await visit();
  store.commit(creating(box("n1")), "Draw");
  store.commit(creating(box("n2", 9, { class: "bad" })), "Draw");
  await vi.advanceTimersByTimeAsync(2_000);
  expect(status()).toEqual({ state: "saved", kept: 0 });
  expect(ids()).toEqual(["n1"]);
  expect(remote.state.answer.results).toHaveLength(1);
  expect(store.snapshot().notices.map(({ kind }) => kind)).toContain("refused");
});

it("an answer that is handed in can be looked at only", async () => {
  const { services, store, remote, status } = await visit(keeping([wire("a")]));
  await services.handIn();
  expect(remote.state.answer.isDone).toBe(true);
  expect(store.snapshot().locked).toBe(true);
  expect(status().state).toBe("saved");
});

it("what was handed in from elsewhere takes no more", async () => {
  const { store, remote, status } = await visit(keeping([wire("a")]));
  remote.state.answer = { ...remote.state.answer, isDone: true };
  store.commit(creating(box("n1")), "Draw");
  await vi.advanceTimersByTimeAsync(500);
  expect(status().state).toBe("refused");
  expect(store.snapshot().locked).toBe(true);
});
