import { expect, test } from "vitest";
import { changeOf, changeText, following, over, type Proposal, step } from "./proposals";

const list = (["a", "b", "c"] as const).map((id, n) => ({ id, score: 0.9 - n * 0.3 })) as Proposal[];
const ids = (found: readonly Proposal[]) => found.map(({ id }) => id).join("");

test("a score leaves out what is below it", () => {
  expect(ids(over(list, 0.6))).toBe("ab");
  expect(ids(over(list, 0))).toBe("abc");
});

test("one goes round", () => {
  expect(step(list, null, 1)?.id).toBe("a");
  expect(step(list, "c", 1)?.id).toBe("a");
  expect(step(list, "a", -1)?.id).toBe("c");
  expect(step([], "a", 1)).toBeNull();
});

test("behind what is decided comes what is left", () => {
  expect(following(list, "a", new Set(["a"]))).toBe("b");
  expect(following(list, "c", new Set(["c", "a"]))).toBe("b");
  expect(following(list, "a", new Set(["a", "b", "c"]))).toBeNull();
});

test("a proposal adds, changes or takes away", () => {
  expect(changeOf({})).toBe("add");
  expect(changeOf({ replaces: null })).toBe("add");
  expect(changeOf({ replaces: "a" })).toBe("replace");
  expect(changeOf({ replaces: "a", removes: true })).toBe("remove");
});

test("a change is said in words", () => {
  expect(changeText("add", "door", null)).toBe("door");
  expect(changeText("replace", "door", "wall")).toBe("wall → door");
  expect(changeText("replace", "door", "door")).toBe("New outline: door");
  expect(changeText("remove", "door", "door")).toBe("Remove door");
});
