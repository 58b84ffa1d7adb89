import { describe, expect, it } from "vitest";
import { bestOf, changesOf, overThreshold, pointAt, precisionRecall, savedOf } from "./thresholds";

const point = (threshold: number, precision: number | null, recall: number) => ({ threshold, precision, recall, f1: precision });
const points = [point(0, 0.2, 1), point(0.5, 0.6, 0.8), point(1, null, 0)];
const curve = (id: string, chosen: number | null, best: number | null) => ({
  index: 0,
  id,
  name: "x",
  color: null,
  average_precision: 0.5,
  best: best === null ? null : { threshold: best, f1: 0.7 },
  chosen,
  points,
});

describe("a threshold", () => {
  it("has what was measured nearest to it", () => {
    expect(pointAt(points, 0.6)?.threshold).toBe(0.5);
    expect(pointAt(points, 0.8)?.threshold).toBe(1);
    expect(pointAt([], 0.5)).toBeNull();
  });

  it("is a change only where it differs from the saved one", () => {
    const saved = savedOf([curve("a", 0.5, 0.4), curve("b", null, 0.3)]);
    expect(saved).toEqual({ a: 0.5, b: null });
    expect(changesOf({ a: 0.5, b: null }, saved)).toEqual({});
    expect(changesOf({ a: null, b: 0.2 }, saved)).toEqual({ a: null, b: 0.2 });
  });

  it("can be the best of every class, and stays where there is no best one", () => {
    expect(bestOf([curve("a", 0.5, 0.4), curve("b", 0.7, null)])).toEqual({ a: 0.4, b: 0.7 });
  });
});

describe("curves", () => {
  it("go from the surest to all, without what says nothing", () => {
    expect(precisionRecall(points)).toEqual([
      [0.8, 0.6],
      [1, 0.2],
    ]);
  });

  it("go over the threshold", () => {
    expect(overThreshold(points, "recall")).toEqual([
      [0, 1],
      [0.5, 0.8],
      [1, 0],
    ]);
    expect(overThreshold(points, "f1")).toHaveLength(2);
  });
});
