import { describe, expect, it } from "vitest";
import { cellLook, cellText, mostConfused, normalise, part, predictedPixels, short, tints } from "./confusion";

const counts = [
  [90, 10, 0],
  [5, 15, 0],
  [0, 0, 0],
];

describe("normalisation", () => {
  it("gives shares of the truth by row", () => {
    expect(normalise(counts, "row")).toEqual([
      [0.9, 0.1, 0],
      [0.25, 0.75, 0],
      [null, null, null],
    ]);
  });

  it("gives shares of the prediction by column", () => {
    const [first, second] = normalise(counts, "column");
    expect(first?.[0]).toBeCloseTo(90 / 95);
    expect(second?.[1]).toBeCloseTo(0.6);
    expect(first?.[2]).toBeNull();
  });

  it("leaves counts as they are", () => {
    expect(normalise(counts, "counts")).toEqual(counts);
  });
});

it("tints counts by magnitude and shares by themselves", () => {
  const byCounts = tints(counts, "counts");
  expect(byCounts[0]?.[0]).toBe(1);
  expect(byCounts[1]?.[0]).toBeGreaterThan(0.3);
  expect(tints([[0.5, 0.25, null]], "row")).toEqual([[0.5, 0.5, 0]]);
});

it("writes cells short", () => {
  expect(short(999)).toBe("999");
  expect(short(12_345)).toBe("12.3k");
  expect(short(345_678_901)).toBe("346M");
  expect(cellText(0.123, "row")).toBe("12.3");
  expect(cellText(1, "row")).toBe("100");
  expect(cellText(null, "row")).toBe("–");
});

it("writes on every tint with the ink that can be read", () => {
  expect(cellLook(0.6, false, false).color).toBe("#141817");
  expect(cellLook(0, false, true).color).toBe("#ffffff");
  expect(cellLook(1, true, false).background).toBe("rgb(0 114 178)");
});

it("counts what was taken for a class", () => {
  expect(predictedPixels(["a", "b", "c"], counts).get("b")).toBe(25);
  expect(predictedPixels(["a", "b", "c"], counts).get("c")).toBe(0);
});

it("finds what is taken for something else most often", () => {
  expect(mostConfused(counts, 5)).toEqual([
    { cell: [0, 1], pixels: 10, share: 0.1 },
    { cell: [1, 0], pixels: 5, share: 0.25 },
  ]);
  expect(mostConfused(counts, 1)).toHaveLength(1);
});

it("shows some labels in another order", () => {
  expect(part(counts, [1, 0])).toEqual([
    [15, 5],
    [10, 90],
  ]);
});
