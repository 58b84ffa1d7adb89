import { expect, test } from "vitest";
import { countOf, following, hasOutline, moved, sentence, type State, step } from "./findings";

const rows = (["open", "accepted", "open"] as State[]).map((state, n) => ({ id: "abc"[n] ?? "", state }));
const wall = { id: "1", name: "wall", color: "#111111" };
const door = { id: "2", name: "door", color: "#222222" };

test("one goes on and back, and stops at the ends", () => {
  expect(step(rows, null, 1)?.id).toBe("a");
  expect(step(rows, "a", 1)?.id).toBe("b");
  expect(step(rows, "c", 1)?.id).toBe("c");
  expect(step(rows, "a", -1)?.id).toBe("a");
  expect(step([], "a", 1)).toBeNull();
});

test("behind a decision comes the next open one, then those before it", () => {
  expect(following(rows, "a")).toBe("c");
  expect(following(rows, "c")).toBe("a");
  expect(following([{ id: "a", state: "open" }], "a")).toBe("a");
});

test("a finding says what is wrong", () => {
  expect(sentence({ kind: "missing", given: null, suggested: door })).toBe("Looks like door, and nothing is drawn");
  expect(sentence({ kind: "wrong_class", given: wall, suggested: door })).toBe("Labelled wall, looks like door");
  expect(sentence({ kind: "spurious", given: wall, suggested: null })).toBe("Labelled wall, looks like background");
});

test("a decision moves one count", () => {
  const none = { open: 0, accepted: 0, dismissed: 0, gone: 0 };
  const counts = { missing: { ...none, open: 2 }, wrong_class: none, loose_outline: none, spurious: { ...none, open: 1 } };
  const after = moved(counts, "missing", "open", "accepted");
  expect(countOf(after, "open")).toBe(2);
  expect(countOf(after, "open", "missing")).toBe(1);
  expect(countOf(after, "accepted", "missing")).toBe(1);
  expect(moved(counts, "missing", "open", "open")).toBe(counts);
});

test("an outline that is just the suggested one is none", () => {
  const box = [{ exterior: [[0, 0], [1, 0], [1, 1]], holes: [] }];
  expect(hasOutline({ polygons: box, suggested_polygons: [] })).toBe(true);
  expect(hasOutline({ polygons: box, suggested_polygons: structuredClone(box) })).toBe(false);
  expect(hasOutline({ polygons: [], suggested_polygons: box })).toBe(false);
});
