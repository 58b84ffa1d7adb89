import { expect, it } from "vitest";
import { cellSize, moved } from "./matrix";

it("goes from cell to cell and stops at the edges", () => {
  expect(moved([1, 1], "ArrowUp", 3)).toEqual([0, 1]);
  expect(moved([1, 1], "ArrowRight", 3)).toEqual([1, 2]);
  expect(moved([1, 2], "ArrowRight", 3)).toBeNull();
  expect(moved([0, 0], "ArrowUp", 3)).toBeNull();
});

it("goes to the ends of a row, and of the whole", () => {
  expect(moved([1, 1], "Home", 3)).toEqual([1, 0]);
  expect(moved([1, 1], "End", 3, true)).toEqual([2, 2]);
  expect(moved([1, 1], "x", 3)).toBeNull();
});

it("makes room where there are few classes", () => {
  expect([3, 10, 20, 150].map(cellSize)).toEqual(["huge", "large", "medium", "small"]);
});
