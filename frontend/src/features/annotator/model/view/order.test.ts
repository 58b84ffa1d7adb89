import { describe, expect, it } from "vitest";
import type { Shape } from "../types";
import { type Move, reorder } from "./order";
import { ALL_SHOWN, hiddenFor, isShown, toggled } from "./visibility";

function shape(id: string, z = 0, label = "class"): Shape {
  const geometry = { kind: "bbox", bbox: [0, 0, 1, 1] } as const;
  return { id, class: label, geometry, z, track: null, frame: null, source: "human", score: null, attributes: {}, revision: 1 };
}

/** The order after the updates: by z, and among equals as it was (they were made in that order). */
function after(shapes: readonly Shape[], ids: string[], move: Move): string {
  const z = new Map(reorder(shapes, new Set(ids), move).map(({ id, fields }) => [id, fields.z]));
  return shapes
    .map(({ id, z: old }, index) => ({ id, z: z.get(id) ?? old, index }))
    .sort((a, b) => a.z - b.z || a.index - b.index)
    .map(({ id }) => id)
    .join("");
}

describe("the painting order", () => {
  const equal = ["a", "b", "c", "d"].map((id) => shape(id));
  const own = ["a", "b", "c", "d"].map((id, z) => shape(id, z));

  it.each([
    ["front", ["b"], "acdb"],
    ["forward", ["b"], "acbd"],
    ["backward", ["c"], "acbd"],
    ["back", ["c"], "cabd"],
    ["front", ["a", "c"], "bdac"],
    ["back", ["b", "d"], "bdac"],
    ["forward", ["d"], "abcd"],
    ["backward", ["a"], "abcd"],
  ] as const)("%s of %j gives %s", (move, ids, wanted) => {
    expect(after(equal, [...ids], move)).toBe(wanted);
    expect(after(own, [...ids], move)).toBe(wanted);
  });

  it("changes few shapes", () => {
    const many = Array.from({ length: 100 }, (_, index) => shape(String(index), 0));
    expect(reorder(many, new Set(["3"]), "front")).toHaveLength(1);
    expect(reorder(many, new Set(["50"]), "back")).toHaveLength(1);
    expect(reorder(many, new Set(["99"]), "front")).toEqual([]);
  });
});

describe("what is shown", () => {
  it("is neither hidden by itself nor with its class", () => {
    const hidden = { ...ALL_SHOWN, hidden: new Set(["a", "car"]) };
    expect(isShown(hidden, shape("a"))).toBe(false);
    expect(isShown(hidden, shape("b", 0, "car"))).toBe(false);
    expect(isShown(hidden, shape("b"))).toBe(true);
  });

  it("is only what was picked out, hidden or not", () => {
    const only = { ...ALL_SHOWN, hidden: new Set(["a"]), only: new Set(["a"]) };
    expect([shape("a"), shape("b")].map((one) => isShown(only, one))).toEqual([true, false]);
    expect(hiddenFor(only, [shape("a"), shape("b")])).toEqual(new Set(["b"]));
  });

  it("toggles", () => {
    expect(toggled(toggled(new Set(), "a"), "a")).toEqual(new Set());
  });
});
