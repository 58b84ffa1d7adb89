import { expect, it } from "vitest";
import { blocksOf, findLines, mergeLines, parts } from "./logs";

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

it("cuts a log into blocks that stay as they are while it grows", () => {
  const before = blocksOf(lines(150, 199, 200, 201));
  expect(before.map(({ key, lines: block }) => [key, block.length])).toEqual([
    [0, 2],
    [1, 2],
  ]);
  expect(blocksOf(lines(199, 200, 201, 202)).map(({ key }) => key)).toEqual([0, 1]);
});

it("finds lines and marks the words in them", () => {
  const log = [
    { n: 1, line: "Step 5: loss 0.5" },
    { n: 2, line: "saved" },
    { n: 3, line: "step 10" },
  ];
  expect(findLines(log, " STEP ")).toEqual([1, 3]);
  expect(findLines(log, " ")).toEqual([]);
  expect(parts("a step, a Step", "step")).toEqual(["a ", "step", ", a ", "Step", ""]);
  expect(parts("plain", "")).toEqual(["plain"]);
});
