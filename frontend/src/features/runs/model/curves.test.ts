import { describe, expect, it } from "vitest";
import { addPoints, emptyCurves, lastStep, latest, smooth } from "./curves";

const point = (step: number, values: Record<string, number>) => ({
  step,
  epoch: step / 10,
  time: new Date(step * 1000).toISOString(),
  values,
});

describe("curves", () => {
  it("grow at the end", () => {
    const curves = emptyCurves();
    addPoints(curves, [point(1, { loss: 3 }), point(2, { loss: 2 })]);
    addPoints(curves, [point(3, { loss: 1, miou: 0.5 })]);
    expect(curves.steps).toEqual([1, 2, 3]);
    expect(curves.columns.get("loss")).toEqual([3, 2, 1]);
    expect(curves.columns.get("miou")).toEqual([null, null, 0.5]);
    expect(lastStep(curves)).toBe(3);
  });

  it("take a replay without doubles", () => {
    const curves = emptyCurves();
    const points = [point(1, { loss: 3 }), point(2, { loss: 2 }), point(3, { loss: 1 })];
    addPoints(curves, points);
    expect(addPoints(curves, points.slice(1))).toBe(false);
    expect(curves.steps).toEqual([1, 2, 3]);
  });

  it("merge what a socket brought before the history arrived", () => {
    const curves = emptyCurves();
    addPoints(curves, [point(5, { loss: 5 })]);
    addPoints(curves, [point(1, { loss: 1 }), point(3, { loss: 3 }), point(5, { loss: 5 }), point(7, { loss: 7 })]);
    expect(curves.steps).toEqual([1, 3, 5, 7]);
    expect(curves.columns.get("loss")).toEqual([1, 3, 5, 7]);
    expect(curves.epochs).toEqual([0.1, 0.3, 0.5, 0.7]);
    expect(curves.times).toEqual([1, 3, 5, 7]);
  });

  it("let a resumed run rewrite its steps", () => {
    const curves = emptyCurves();
    addPoints(curves, [point(10, { loss: 1 }), point(11, { loss: 9 })]);
    expect(addPoints(curves, [point(11, { loss: 2, miou: 0.1 })])).toBe(true);
    expect(curves.columns.get("loss")).toEqual([1, 2]);
    expect(curves.columns.get("miou")).toEqual([null, 0.1]);
  });

  it("know nothing of a metric that never came, and drop what is not a number", () => {
    const curves = emptyCurves();
    addPoints(curves, [point(1, { loss: Number.NaN }), point(2, { loss: 4 }), point(3, { other: 1 })]);
    expect(latest(curves, "loss")).toBe(4);
    expect(latest(curves, "gone")).toBeNull();
    expect(curves.columns.get("loss")).toEqual([null, 4, null]);
  });
});

it("smooths without a bias to zero", () => {
  expect(smooth([2, 2, 2], 0.9)).toEqual([2, 2, 2]);
  const [first, second] = smooth([0, 1], 0.5);
  expect(first).toBe(0);
  expect(second).toBeCloseTo(2 / 3);
});
