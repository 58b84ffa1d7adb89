import { expect, test } from "vitest";
import { pressed, sorted } from "./sorting";

const row = (name: string, miou: number | null, size = 1) => ({
  artifact: { step: 1, size, created_at: `2026-01-0${size}` },
  run: { name },
  metrics: miou === null ? null : { miou },
  intervals: null,
  latency_ms: null,
});
const rows = [row("run 10", 0.5, 3), row("run 2", null, 1), row("run 1", 0.7, 2)];
const names = (key: string, descending: boolean) => sorted(rows, { key, descending }).map(({ run }) => run.name);

test("what was not evaluated comes last either way", () => {
  expect(names("miou", true)).toEqual(["run 1", "run 10", "run 2"]);
  expect(names("miou", false)).toEqual(["run 10", "run 1", "run 2"]);
});

test("names are ordered as people count", () => {
  expect(names("name", false)).toEqual(["run 1", "run 2", "run 10"]);
});

test("a column starts at its better end", () => {
  expect(pressed({ key: "name", descending: false }, "miou").descending).toBe(true);
  expect(pressed({ key: "miou", descending: true }, "ece").descending).toBe(false);
  expect(pressed({ key: "ece", descending: false }, "ece").descending).toBe(true);
});
