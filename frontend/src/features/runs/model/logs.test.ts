import { expect, it } from "vitest";
import { mergeLines } from "./logs";

const lines = (...numbers: number[]) => numbers.map((n) => ({ n, line: `line ${n}` }));

it("appends", () => {
  expect(mergeLines(lines(1, 2), lines(3), 10)).toEqual(lines(1, 2, 3));
});

it("drops what a replay brings again and fills gaps", () => {
  expect(mergeLines(lines(1, 3, 4), lines(2, 3, 4, 5), 10)).toEqual(lines(1, 2, 3, 4, 5));
});

it("keeps the end of a long log", () => {
  expect(mergeLines(lines(1, 2, 3), lines(4, 5), 3)).toEqual(lines(3, 4, 5));
});
