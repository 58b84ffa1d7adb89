import { describe, expect, it } from "vitest";
import { readFilters } from "./filters";
import { filtersOf, viewOf } from "./views";

describe("a saved view", () => {
  it("brings back the filters and the order", () => {
    const filters = readFilters(new URLSearchParams("split=val,test&class=-a&min_width=640&order=name"));
    expect(filtersOf(viewOf(filters))).toEqual(filters);
  });

  it("may have no order", () => {
    expect(filtersOf({ filters: { tag: "a" }, order: "" }).order).toBe("-created_at");
  });
});
