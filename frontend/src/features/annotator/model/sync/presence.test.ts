import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Draft } from "../types";
import { readDraft, writeDraft } from "./drafts";
import { createGestures } from "./gestures";
import { createPresence } from "./presence";
import type { Incoming } from "./wire";

const anna = { session: "1", user: { id: "u", name: "Anna" }, color: "#fff", cursor: [3, 4] as [number, number], selection: [] };
const welcome: Incoming = { type: "welcome", session: "me", revision: 1, people: [anna], can_annotate: true };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("knows who is here, where they point and what they draw", () => {
  const presence = createPresence();
  presence.hear(welcome);
  const people = presence.people();
  expect(people.map(({ user }) => user.name)).toEqual(["Anna"]);
  expect(presence.cursors().get("1")).toEqual([3, 4]);
  presence.hear({ type: "cursor", session: "1", x: 5, y: 6 });
  presence.hear({ type: "draft", session: "1", draft: { kind: "box", box: [1, 2, 3, 4] } });
  expect(presence.cursors().get("1")).toEqual([5, 6]);
  expect(presence.drafts().get("1")).toEqual({ kind: "box", box: [1, 2, 3, 4] });
  // Panels that show people need not hear of that.
  expect(presence.people()).toBe(people);
  presence.hear({ type: "selection", session: "1", ids: ["a"] });
  expect(presence.people()[0]?.selection).toEqual(["a"]);
  presence.hear({ type: "cursor", session: "1", x: null, y: null });
  presence.hear({ type: "draft", session: "1", draft: null });
  expect(presence.cursors().size + presence.drafts().size).toBe(0);
  presence.hear({ type: "joined", person: { ...anna, session: "2", cursor: null } });
  presence.hear({ type: "left", session: "1" });
  expect(presence.people().map(({ session }) => session)).toEqual(["2"]);
  presence.clear();
  expect(presence.people()).toEqual([]);
});

it("tells listeners, and leaves to others what is not about people", () => {
  const presence = createPresence();
  let told = 0;
  const end = presence.subscribe(() => (told += 1));
  expect(presence.hear({ type: "reload", revision: 3 })).toBe(false);
  presence.hear(welcome);
  end();
  presence.clear();
  expect(told).toBe(1);
});

it("sends pixels of a draft as run lengths, and gives them back", () => {
  const raster = { x: 3, y: 4, width: 5, height: 2, data: new Uint8Array([0, 1, 1, 0, 0, 0, 0, 0, 0, 1]) };
  const draft: Draft = { kind: "raster", raster, erases: false, of: null };
  const wire = JSON.parse(JSON.stringify(writeDraft(draft))) as unknown;
  expect(wire).toMatchObject({ raster: { runs: "1 2 6 1" } });
  expect(readDraft(wire)).toEqual(draft);
});

it("sends a box instead of what is too large, and draws nothing that it does not know", () => {
  const data = new Uint8Array(400_000).map((_, at) => at % 2);
  const raster = { x: 1, y: 2, width: 1000, height: 400, data };
  expect(writeDraft({ kind: "raster", raster, erases: false, of: null })).toEqual({ kind: "box", box: [1, 2, 1000, 400] });
  const points = Array.from({ length: 50_000 }, (_, at) => [at, at] as const);
  expect(writeDraft({ kind: "lasso", points })).toBeNull();
  for (const odd of [null, 5, {}, { kind: "hologram" }, { kind: "raster", raster: { width: 1e9, height: 1e9, runs: "" } }]) {
    expect(readDraft(odd)).toBeNull();
  }
});

it("sends cursors thirty times a second, the newest always, and all of it again after a new connection", () => {
  const sent: object[] = [];
  const gestures = createGestures((message) => sent.push(message), () => true);
  for (let x = 0; x < 100; x += 1) {
    gestures.point([x, 0]);
    vi.advanceTimersByTime(10);
  }
  vi.advanceTimersByTime(100);
  expect(sent.length).toBeGreaterThan(25);
  expect(sent.length).toBeLessThan(35);
  expect(sent.at(-1)).toEqual({ type: "cursor", x: 99, y: 0 });
  gestures.select(new Set(["a"]));
  gestures.show({ kind: "box", box: [1, 2, 3, 4] });
  vi.advanceTimersByTime(1000);
  sent.length = 0;
  gestures.sayAgain();
  expect(sent).toEqual([
    { type: "cursor", x: 99, y: 0 },
    { type: "draft", draft: { kind: "box", box: [1, 2, 3, 4] } },
    { type: "selection", ids: ["a"] },
  ]);
  gestures.show(null);
  gestures.stop();
  vi.advanceTimersByTime(1000);
  expect(sent).toHaveLength(3);
});

it("shows nobody what somebody draws who may not", () => {
  const sent: object[] = [];
  const gestures = createGestures((message) => sent.push(message), () => false);
  gestures.show({ kind: "box", box: [1, 2, 3, 4] });
  expect(sent).toEqual([]);
});
