import { expect, test } from "vitest";
import { estimate, foldBars } from "./estimate";

const run = { workflow: { id: "w" }, step: 100, total_steps: 200, started_at: "2026-01-01T10:00:00Z", finished_at: "2026-01-01T10:01:40Z", status: "succeeded" };

test("folds take as long as the workflow's last run did, step by step", () => {
  expect(estimate([run], "w", 5, null)).toEqual({ seconds: 1000, steps: 200 });
  expect(estimate([run], "w", 2, 50)).toEqual({ seconds: 100, steps: 50 });
  expect(estimate([run], "w", 2, 900)).toEqual({ seconds: 400, steps: 200 });
});

test("the newest run counts, and only those that ended by themselves", () => {
  const newer = { ...run, started_at: "2026-02-01T10:00:00Z", finished_at: "2026-02-01T10:00:10Z" };
  expect(estimate([run, newer], "w", 1, 100)?.seconds).toBe(10);
  expect(estimate([{ ...newer, status: "failed" }, run], "w", 1, 100)?.seconds).toBe(100);
  expect(estimate([run], "other", 5, null)).toBeNull();
  expect(estimate([{ ...run, started_at: null }], "w", 5, null)).toBeNull();
});

test("folds fill one after another", () => {
  expect(foldBars(0.5, 4)).toEqual([1, 1, 0, 0]);
  expect(foldBars(0.375, 4)).toEqual([1, 0.5, 0, 0]);
  expect(foldBars(1, 2)).toEqual([1, 1]);
});
