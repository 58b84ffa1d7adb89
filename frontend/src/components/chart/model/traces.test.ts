import { describe, expect, it } from "vitest";
import { extentOf, isBetweenValues, join, nearestValue, thin, traceOf } from "./traces";

describe("a trace", () => {
  it("leaves out what has no value", () => {
    expect(traceOf([1, 2, 3], [5, null, 7])).toEqual({ xs: [1, 3], ys: [5, 7] });
    expect(traceOf([1, 2], undefined)).toEqual({ xs: [], ys: [] });
  });

  it("is cut to the range, with a neighbour at each end so that its line leaves the picture", () => {
    const trace = { xs: [0, 10, 20, 30, 40, 50], ys: [0, 1, 2, 3, 4, 5] };
    expect(thin(trace, [15, 25], 100).xs).toEqual([10, 20, 30, 40]);
    expect(thin(trace, [0, 50], 100)).toEqual(trace);
  });

  it("keeps both ends and every spike when it is thinned", () => {
    const xs = Array.from({ length: 50_000 }, (_, index) => index);
    const ys = xs.map((x) => (x === 31_337 ? 99 : x === 44_444 ? -99 : Math.sin(x)));
    const thinned = thin({ xs, ys }, [0, 49_999], 400);
    expect(thinned.xs.length).toBeLessThanOrEqual(802);
    expect(thinned.xs[0]).toBe(0);
    expect(thinned.xs.at(-1)).toBe(49_999);
    expect(thinned.ys).toContain(99);
    expect(thinned.ys).toContain(-99);
    expect([...thinned.xs].sort((a, b) => a - b)).toEqual(thinned.xs);
  });
});

it("joins traces over every x", () => {
  const rows = join([
    { xs: [1, 3], ys: [10, 30] },
    { xs: [2, 3], ys: [20, 33] },
  ]);
  expect(rows).toEqual([
    [1, 2, 3],
    [10, null, 30],
    [null, 20, 33],
  ]);
});

it("finds the nearest value of a sparse row", () => {
  expect(nearestValue([null, 1, null, null, 2], 2)).toBe(1);
  expect(nearestValue([null, 1, null, null, 2], 3)).toBe(4);
  expect(nearestValue([null, null], 0)).toBeNull();
});

it("knows where a line has values on both sides", () => {
  const row = [null, 1, null, 2, null];
  expect([0, 1, 2, 3, 4].map((column) => isBetweenValues(row, column))).toEqual([false, true, true, true, false]);
});

it("spans all of its lines", () => {
  expect(extentOf([[2, 5], [], [1, 3]])).toEqual([1, 5]);
  expect(extentOf([])).toEqual([0, 1]);
});
