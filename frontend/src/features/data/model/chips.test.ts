import { describe, expect, it } from "vitest";
import { activeKinds, chipText, cleared, type Kind, KINDS } from "./chips";
import { countFilters, NO_FILTERS, readFilters, sameList } from "./filters";

const read = (query: string) => readFilters(new URLSearchParams(query));
const names = { className: (id: string) => ({ a: "car", b: "tree", c: "sky", d: "road" })[id] ?? id, personName: () => "Ada" };
const text = (kind: Kind, query: string) => chipText(kind, read(query), names);

describe("the chips of the filter bar", () => {
  it("name what must be there and what must not", () => {
    expect(text("class", "class=a,b,-c")).toBe("car or tree, without sky");
    expect(text("class", "class=a,b,c,d")).toBe("car, tree or 2 more");
    expect(text("tag", "tag=-night")).toBe("without night");
    expect(text("split", "split=val,none")).toBe("Validation or No split");
  });

  it("say ranges as far as they are given", () => {
    expect(text("width", "min_width=640&max_width=1920")).toBe("640 px – 1920 px");
    expect(text("size", "min_size=2500000")).toBe("from 2.5 MB");
    expect(text("created", "created_before=2026-11-23")).toBe("before 2026-11-23");
  });

  it("say whose work it is", () => {
    expect(text("assignee", "assignee=me")).toBe("Me");
    expect(text("reviewer", "reviewer=none")).toBe("Nobody");
    expect(text("assignee", "assignee=0b6c")).toBe("Ada");
  });

  it("stand for every filter but the name, the order and the trash", () => {
    const query =
      "split=val&review=todo&class=a&tag=x&annotated=true&status=ready&media=image&video=v&assignee=me&reviewer=me&comments=open" +
      "&proposals=true&min_width=1&max_height=2&min_size=3&created_after=2026-01-01&duplicates=true";
    expect(activeKinds(read(query))).toEqual(Object.keys(KINDS));
    expect(countFilters(read(query))).toBe(Object.keys(KINDS).length);
  });

  it("take away what they stand for and nothing else", () => {
    const filters = read("min_width=1&max_width=9&split=val");
    expect(sameList({ ...filters, ...cleared("width") }, read("split=val"))).toBe(true);
    expect(sameList({ ...filters, ...cleared("width"), ...cleared("split") }, NO_FILTERS)).toBe(true);
  });
});
