import { describe, expect, it } from "vitest";
import { changedOf, keptText, targetOf, undoneOf } from "./bulk";
import { readFilters } from "./filters";
import { everything, NOTHING, toggle } from "./selection";

const filters = readFilters(new URLSearchParams("split=val&tag=a,-b&order=name"));

describe("what a change is about", () => {
  it("is the chosen images", () => {
    expect(targetOf(toggle(NOTHING, "one", 0), filters)).toEqual({ ids: ["one"] });
  });

  it("is what passes the filters, where all are chosen", () => {
    expect(targetOf(everything(), filters)).toEqual({ filters: { split: "val", tag: "a,-b" } });
  });
});

describe("what a change did", () => {
  it("is read from an answer as from a job's result", () => {
    expect(changedOf({ changed: 3, undo: "u", notes: ["one was gone"] })).toEqual({ changed: 3, undo: "u", notes: ["one was gone"] });
  });

  it("may say nothing", () => {
    expect(changedOf(null)).toEqual({ changed: 0, undo: null, notes: [] });
  });
});

describe("what came of taking it back", () => {
  it("names what stays as it is", () => {
    const kept = [{ asset: "a", name: "street.jpg", reason: "changed meanwhile" }];
    expect(keptText(undoneOf({ restored: 2, kept, kept_count: 3 }))).toBe("Not put back: street.jpg (changed meanwhile), and 2 more.");
    expect(keptText(undoneOf({ restored: 5 }))).toBe("");
  });
});
