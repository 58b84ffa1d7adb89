import { expect, it } from "vitest";
import { mayAdminister, mayBuild, safeReturn } from "./access";

it("ranks roles", () => {
  expect(mayBuild("engineer")).toBe(true);
  expect(mayBuild("annotator")).toBe(false);
  expect(mayBuild(undefined)).toBe(false);
  expect(mayAdminister("admin")).toBe(true);
  expect(mayAdminister("engineer")).toBe(false);
});

it("returns only to addresses of this app", () => {
  expect(safeReturn("/projects/1?x=2")).toBe("/projects/1?x=2");
  expect(safeReturn("//evil.example")).toBe("/projects");
  expect(safeReturn("/\\evil.example")).toBe("/projects");
  expect(safeReturn("https://evil.example")).toBe("/projects");
  expect(safeReturn(null)).toBe("/projects");
});
