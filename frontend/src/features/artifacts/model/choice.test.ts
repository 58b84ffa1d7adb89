import { expect, it } from "vitest";
import { choiceQuery, isFiltered, readCell, readChoice, viewerPath, withChoice } from "./choice";

const read = (query: string) => readChoice(new URLSearchParams(query));

it("is the run's own validation images without a word", () => {
  const choice = read("view=matrix");
  expect(choice).toMatchObject({ snapshot: null, split: "val" });
  expect(choiceQuery(choice)).toEqual({});
  expect(isFiltered(choice)).toBe(false);
});

it("reads split as that of the evaluation, not as a filter of images", () => {
  const choice = read("split=test&tag=night&order=name");
  expect(choice.split).toBe("test");
  expect(choice.filters.split).toEqual([]);
  expect(choiceQuery(choice)).toEqual({ split: "test", tag: "night" });
  expect(isFiltered(choice)).toBe(true);
});

it("changes an address without losing what else it says", () => {
  const search = new URLSearchParams("view=matrix&by=column&tag=night&snapshot=s1");
  const next = withChoice(search, { ...read(""), split: "train" });
  expect(next.toString()).toBe("view=matrix&by=column&split=train");
});

it("leads to the viewer with all that was chosen", () => {
  const path = viewerPath({ id: "a", project: "p" }, read("split=test&tag=night"), { asset: "x", order: "-pixels", cell: [2, 1] });
  expect(path).toBe("/projects/p/artifacts/a/viewer?asset=x&split=test&tag=night&order=-pixels&cell=2%2C1");
  expect(viewerPath({ id: "a", project: "p" }, read(""))).toBe("/projects/p/artifacts/a/viewer");
});

it("takes only cells that the matrix has", () => {
  expect(readCell("2,1", 3)).toEqual([2, 1]);
  expect(readCell("3,1", 3)).toBeNull();
  expect(readCell("x", 3)).toBeNull();
  expect(readCell(null, 3)).toBeNull();
});
