import { describe, expect, it } from "vitest";
import { changedOf, targetOf } from "./bulk";
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
