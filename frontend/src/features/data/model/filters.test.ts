import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countFilters, dataPath, filterBody, named, NO_FILTERS, plain, readFilters, sameList, writeFilters } from "./filters";

const read = (query: string) => readFilters(new URLSearchParams(query));

describe("filters in the address", () => {
  it("survive a round trip", () => {
    const query = "name=oak+tree&split=val&review=approved&class=c1&tag=night&annotated=false&status=ready&order=-name";
    expect(writeFilters(read(query)).toString()).toBe(query);
  });

  it("carry several values of one filter, and what must not be there", () => {
    const filters = read("split=train,none&class=c1,-c2&tag=-night,rain&review=todo,approved");
    expect(filters.split).toEqual(["train", "none"]);
    expect(filters.class).toEqual(["c1", "-c2"]);
    expect(filters.tag).toEqual(["-night", "rain"]);
    expect(read(writeFilters(filters).toString())).toEqual(filters);
  });

  it("keep tags whatever signs are in them", () => {
    const tag = fc.string({ minLength: 1, unit: fc.constantFrom("a", ",", "-", "ü", " ") });
    fc.assert(
      fc.property(fc.uniqueArray(tag, { minLength: 1 }), (tags) => {
        const filters = { ...NO_FILTERS, tag: tags.map(named) };
        const back = read(writeFilters(filters).toString());
        expect(back.tag.map(plain)).toEqual(tags);
        expect(back.tag.some((value) => value.startsWith("-"))).toBe(false);
      }),
    );
  });

  it("carry sizes and days", () => {
    const query = "min_width=640&max_size=2000000&created_after=2026-11-01";
    expect(writeFilters(read(query)).toString()).toBe(query);
  });

  it("leave defaults out", () => {
    expect(writeFilters(read("")).toString()).toBe("");
    expect(writeFilters(read("order=-created_at&name=")).toString()).toBe("");
  });

  it("drop what the address says wrongly", () => {
    const wrong = "split=everything&review=x,&annotated=maybe&order=size2&status=lost&min_width=-4&created_after=yesterday&tag=,-";
    expect(read(wrong)).toEqual(NO_FILTERS);
  });

  it("say each value once", () => {
    expect(read("split=val,val").split).toEqual(["val"]);
  });

  it("count what narrows the list", () => {
    expect(countFilters(read("order=name"))).toBe(0);
    expect(countFilters(read("deleted=true"))).toBe(0);
    expect(countFilters(read("order=name&split=train,val&annotated=true"))).toBe(2);
  });

  it("are the same list whatever the order in which they are said", () => {
    expect(sameList(read("tag=a&split=val"), read("split=val&tag=a"))).toBe(true);
    expect(sameList(read("tag=a"), read("tag=a&order=name"))).toBe(false);
  });

  it("go into a body without the order", () => {
    expect(filterBody(read("split=val,test&order=name"))).toEqual({ split: "val,test" });
  });

  it("lead to a list that shows them alone", () => {
    expect(dataPath("p", { class: ["c1"] })).toBe("/projects/p/data?class=c1");
    expect(dataPath("p", {})).toBe("/projects/p/data");
  });
});
