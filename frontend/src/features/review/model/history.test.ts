import { expect, test } from "vitest";
import { type HistoryEntry, lineOf } from "./history";

const entry = (more: Partial<HistoryEntry>): HistoryEntry => ({ id: "1", at: "2026-01-01T00:00:00Z", actor: null, kind: "annotations", ...more });

test("shapes are counted by what became of them", () => {
  expect(lineOf(entry({ created: 2, updated: 1, deleted: 0 }))).toBe("drew 2 shapes, changed 1 shape");
  expect(lineOf(entry({ created: 0, updated: 0, deleted: 3, restored: 4 }))).toBe("went back to revision 4: deleted 3 shapes");
});

test("steps and hands are named", () => {
  expect(lineOf(entry({ kind: "review", from: "in_review", to: "approved" }))).toBe("moved it from in review to approved");
  expect(lineOf(entry({ kind: "assignment", role: "assignee", from: null, to: { id: "a", name: "Anna" } }))).toBe("gave it to Anna");
  expect(lineOf(entry({ kind: "assignment", role: "reviewer", from: { id: "a", name: "Anna" }, to: null }))).toBe("took the review from Anna");
});
