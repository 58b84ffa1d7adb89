import { describe, expect, it } from "vitest";
import { countFilters, readFilters, writeFilters } from "./filters";

const read = (query: string) => readFilters(new URLSearchParams(query));

describe("filters in the address", () => {
  it("survive a round trip", () => {
    const query = "name=oak+tree&split=val&review=approved&class=c1&tag=night&annotated=false&status=ready&order=-name";
    expect(writeFilters(read(query)).toString()).toBe(query);
  });

  it("leave defaults out", () => {
    expect(writeFilters(read("")).toString()).toBe("");
    expect(writeFilters(read("order=-created_at&name=")).toString()).toBe("");
  });

  it("drop what the address says wrongly", () => {
    const filters = read("split=everything&review=x&annotated=maybe&order=size&status=lost");
    expect(filters).toEqual(read(""));
  });

  it("keep the split of unassigned images", () => {
    expect(read("split=none").split).toBe("none");
  });

  it("count what narrows the list", () => {
    expect(countFilters(read("order=name"))).toBe(0);
    expect(countFilters(read("order=name&split=train&annotated=true"))).toBe(2);
  });
});
