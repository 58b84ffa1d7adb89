import { expect, it } from "vitest";
import type { Pair } from "../api/consensus";
import { classValue, figure, measuresOf, pairOf, personColor, share, trouble } from "./agreement";

const pair = (first: string, second: string) => ({ first, second }) as Pair;

it("finds a pair whichever way round it is told", () => {
  const pairs = [pair("a", "b"), pair("c", "a")];
  expect(pairOf(pairs, "b", "a")).toBe(pairs[0]);
  expect(pairOf(pairs, "a", "c")).toBe(pairs[1]);
  expect(pairOf(pairs, "b", "c")).toBeNull();
  expect(pairOf(pairs, "a", "a")).toBeNull();
});

it("counts what a round asks of each", () => {
  expect(share(10, 2, 3)).toEqual({ answers: 20, least: 6, most: 7 });
  expect(share(6, 2, 4)).toEqual({ answers: 12, least: 3, most: 3 });
  expect(share(6, 2, 0)).toEqual({ answers: 12, least: 0, most: 0 });
});

it("says nothing where there is nothing to agree on", () => {
  expect(figure(null)).toBe("–");
  expect(figure(0.666)).toBe("0.67");
  expect(trouble(null)).toBe(0);
  expect(trouble(-0.2)).toBe(1);
});

it("objects come first where there are objects", () => {
  expect(measuresOf("semantic").map(({ id }) => id)).toEqual(["mean_iou", "kappa"]);
  expect(measuresOf("panoptic")[0].id).toBe("f1");
  const numbers = { class: "c", iou: 0.5, kappa: 0.4, f1: null, matched_iou: null };
  expect(measuresOf("semantic").map((measure) => classValue(numbers, measure))).toEqual([0.5, 0.4]);
});

it("people keep apart", () => {
  expect(new Set([0, 1, 2, 3, 4, 5, 6, 7].map(personColor)).size).toBe(8);
  expect(personColor(8)).toBe(personColor(0));
});
