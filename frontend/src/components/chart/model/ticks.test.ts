import { expect, it } from "vitest";
import { clock, evenTicks, logTicks, shareTop, wallClock } from "./ticks";

it("puts 1, 2 and 5 of each decade on a logarithmic axis", () => {
  expect(logTicks(0.08, 3)).toEqual([0.1, 0.2, 0.5, 1, 2]);
  expect(logTicks(1e-7, 1e4)).toEqual([1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10, 100, 1000, 10_000]);
});

it("falls back on even ticks in a narrow range", () => {
  expect(logTicks(0.62, 0.71)).toEqual([0.62, 0.64, 0.66, 0.68, 0.7]);
  expect(logTicks(0, 1)).toEqual([]);
  expect(evenTicks(0, 10, 5)).toEqual([0, 2, 4, 6, 8, 10]);
});

it("ends an axis of shares at a tenth", () => {
  expect(shareTop(0.42)).toBe(0.5);
  expect(shareTop(0.98)).toBe(1);
  expect(shareTop(null)).toBe(1);
});

it("reads seconds as a clock", () => {
  expect([5, 125, 5400].map(clock)).toEqual(["5s", "2:05", "1:30:00"]);
});

it("tells the time of this place", () => {
  const noon = new Date(2026, 10, 2, 12, 5).getTime() / 1000;
  expect([wallClock(noon, false), wallClock(noon, true), wallClock(noon, "day")]).toEqual(["12:05", "2 Nov 12:05", "2 Nov"]);
});
