import { expect, it } from "vitest";
import { costText, QUESTION, queryOf } from "./question";

it("asks for shapes and nothing else at first", () => {
  expect(queryOf(QUESTION).toString()).toBe("output=polygons%2Cmask");
});

it("names what differs from the default", () => {
  const query = queryOf({ threshold: 0.4, classes: ["a", "b"], tiles: "on", overlap: 0.5, augment: "flip", outputs: ["overlay"] });
  expect(Object.fromEntries(query)).toEqual({ output: "overlay", threshold: "0.4", classes: "a,b", tiles: "on", overlap: "0.5", augment: "flip" });
});

it("keeps the overlap out where nothing is tiled, and asks for shapes where no output is left", () => {
  const query = queryOf({ ...QUESTION, overlap: 0.5, outputs: [] });
  expect(query.get("overlap")).toBeNull();
  expect(query.get("output")).toBe("polygons,mask");
});

it("says what the options cost", () => {
  expect(costText({ tiles: "off", augment: "off" })).toBe("");
  expect(costText({ tiles: "off", augment: "flip" })).toBe("2 passes");
  expect(costText({ tiles: "on", augment: "scales" })).toBe("3 passes for each tile");
});
