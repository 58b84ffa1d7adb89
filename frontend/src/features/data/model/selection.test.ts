import { describe, expect, it } from "vitest";
import { add, everything, isChosen, NOTHING, toggle } from "./selection";

describe("a selection", () => {
  it("takes an image in and out", () => {
    const one = toggle(NOTHING, "a", 0);
    expect(isChosen(one, "a")).toBe(true);
    expect(toggle(one, "a", 0).ids.size).toBe(0);
  });

  it("grows by a range and keeps where it began", () => {
    const began = toggle(NOTHING, "b", 1);
    const longer = add(began, ["b", "c", "d"], 3);
    expect([...longer.ids]).toEqual(["b", "c", "d"]);
    expect(longer.anchor).toBe(1);
  });

  it("can be all of a list, seen or not", () => {
    expect(isChosen(everything(), "whatever")).toBe(true);
  });

  it("begins anew when all were chosen", () => {
    expect([...toggle(everything(), "a", 7).ids]).toEqual(["a"]);
  });
});
