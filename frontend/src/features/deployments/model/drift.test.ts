import { expect, it } from "vitest";
import { changeText, confidenceBars, psiText, verdictOf } from "./drift";

it("says what the level means", () => {
  expect(verdictOf({ level: "strong", seen: 500 }).title).toBe("Strong drift");
  expect(verdictOf({ level: null, seen: 1 }).text).toContain("One image was");
});

it("compares shares, however many were seen", () => {
  const bars = confidenceBars({ confidence: { reference: [10, 30], now: [3, 1] } });
  expect(bars).toEqual([
    { low: 0, high: 0.5, reference: 0.25, now: 0.75 },
    { low: 0.5, high: 1, reference: 0.75, now: 0.25 },
  ]);
  expect(confidenceBars({ confidence: { reference: [1, 0], now: [0, 0] } }).map(({ now }) => now)).toEqual([0, 0]);
});

it("says changes in points", () => {
  expect([changeText(0.032), changeText(-0.004), changeText(0.0001)]).toEqual(["+3.2", "−0.4", "±0"]);
  expect([psiText(0.1234), psiText(null)]).toEqual(["0.123", "–"]);
});
