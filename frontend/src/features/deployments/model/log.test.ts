import { expect, it } from "vitest";
import type { ServerLine } from "@/api/types";
import { filterLines, logText, mergeServerLines } from "./log";

const line = (n: number, level: ServerLine["level"] = "info", message = `line ${n}`): ServerLine => ({ n, time: "2026-01-01T00:00:00Z", level, message });

it("takes each line once, and is the same where nothing is new", () => {
  const have = [line(1), line(2)];
  expect(mergeServerLines(have, [line(2), line(3)]).map(({ n }) => n)).toEqual([1, 2, 3]);
  expect(mergeServerLines(have, [line(2)])).toBe(have);
});

it("keeps the newest thousand", () => {
  const merged = mergeServerLines([], Array.from({ length: 1200 }, (_, n) => line(n + 1)));
  expect([merged.length, merged[0]?.n]).toEqual([1000, 201]);
});

it("filters by level and words", () => {
  const lines = [line(1), line(2, "warning", "queue full"), line(3, "error", "the engine crashed")];
  expect(filterLines(lines, "info", "")).toBe(lines);
  expect(filterLines(lines, "warning", "").map(({ n }) => n)).toEqual([2, 3]);
  expect(filterLines(lines, "info", "  CRASH ").map(({ n }) => n)).toEqual([3]);
});

it("writes a file", () => {
  expect(logText([line(1, "warning", "slow")])).toBe("2026-01-01T00:00:00Z warning slow");
});
