import { expect, it } from "vitest";
import { all, extend, NOTHING, toggle } from "./selection";

const list = ["a", "b", "c", "d", "e"];

it("toggles one", () => {
  const one = toggle(NOTHING, "b");
  expect([...one.ids]).toEqual(["b"]);
  expect(toggle(one, "b").ids.size).toBe(0);
});

it("extends from the anchor in both directions", () => {
  const anchored = toggle(NOTHING, "c");
  expect([...extend(anchored, "e", list).ids].sort()).toEqual(["c", "d", "e"]);
  expect([...extend(anchored, "a", list).ids].sort()).toEqual(["a", "b", "c"]);
});

it("extends from an anchor that left the list as a plain toggle", () => {
  expect([...extend({ ids: new Set(), anchor: "gone" }, "d", list).ids]).toEqual(["d"]);
});

it("selects all", () => {
  expect(all(list).ids.size).toBe(5);
});
