import { expect, test } from "vitest";
import { following, over, type Proposal, step } from "./proposals";

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
