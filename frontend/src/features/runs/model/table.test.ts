import { describe, expect, it } from "vitest";
import type { Run } from "@/api/types";
import { durationOf, filterRuns, nextSort, readFilters, readSort, sortRuns, tagsOf, workflowsOf, writeTable } from "./table";

const row = (name: string, change: Partial<Run>): Run =>
  ({
    id: name,
    name,
    status: "succeeded",
    tags: [],
    workflow: { id: "w1", name: "Leaves", version: 1 },
    sweep: null,
    spec: { architecture: "unet", variant: "small" },
    best: null,
    started_at: null,
    finished_at: null,
    created_at: "2026-01-01T00:00:00Z",
    created_by: null,
    ...change,
  }) as Run;

const runs = [
  row("run 2", { tags: ["good", "b0"], best: { metric: "val/miou", value: 0.4, step: 1 }, created_at: "2026-01-02T00:00:00Z" }),
  row("run 10", { tags: ["good"], status: "failed", sweep: "s1" }),
  row("other", { best: { metric: "val/miou", value: 0.9, step: 1 }, workflow: { id: "w2", name: "Bark", version: 3 } }),
];
const names = (list: readonly Run[]) => list.map(({ name }) => name);
const none = readFilters(new URLSearchParams());

describe("filters", () => {
  it("find by words in name, tags and workflow", () => {
    expect(names(filterRuns(runs, { ...none, query: "RUN good" }))).toEqual(["run 2", "run 10"]);
    expect(names(filterRuns(runs, { ...none, query: "bark" }))).toEqual(["other"]);
  });

  it("narrow by status, tag, workflow and sweep", () => {
    expect(names(filterRuns(runs, { ...none, status: ["failed", "queued"] }))).toEqual(["run 10"]);
    expect(names(filterRuns(runs, { ...none, tag: "b0" }))).toEqual(["run 2"]);
    expect(names(filterRuns(runs, { ...none, workflow: "w2" }))).toEqual(["other"]);
    expect(names(filterRuns(runs, { ...none, sweep: "s1" }))).toEqual(["run 10"]);
    expect(names(filterRuns(runs, { ...none, sweep: "none" }))).toEqual(["run 2", "other"]);
  });

  it("live in the address", () => {
    const search = new URLSearchParams("q=a&status=failed,queued&tag=x&sort=-best");
    expect(writeTable(readFilters(search), readSort(search)).toString()).toBe("q=a&status=failed%2Cqueued&tag=x&sort=-best");
    expect(writeTable(none, readSort(new URLSearchParams())).toString()).toBe("");
  });
});

describe("sorting", () => {
  it("reads numbers in names and puts runs without a value last", () => {
    expect(names(sortRuns(runs, { key: "name", descending: false }, 0))).toEqual(["other", "run 2", "run 10"]);
    expect(names(sortRuns(runs, { key: "best", descending: true }, 0))).toEqual(["other", "run 2", "run 10"]);
    expect(names(sortRuns(runs, { key: "best", descending: false }, 0))).toEqual(["run 2", "other", "run 10"]);
  });

  it("starts with the highest figure and turns around at the second click", () => {
    const first = nextSort({ key: "name", descending: false }, "best");
    expect(first).toEqual({ key: "best", descending: true });
    expect(nextSort(first, "best").descending).toBe(false);
  });
});

it("measures how long a run has been at work", () => {
  const now = Date.parse("2026-01-01T00:01:00Z");
  expect(durationOf({ started_at: "2026-01-01T00:00:00Z", finished_at: null }, now)).toBe(60);
  expect(durationOf({ started_at: "2026-01-01T00:00:00Z", finished_at: "2026-01-01T00:00:20Z" }, now)).toBe(20);
  expect(durationOf({ started_at: null, finished_at: null }, now)).toBeNull();
});

it("knows the tags and workflows in use", () => {
  expect(tagsOf(runs)).toEqual(["good", "b0"]);
  expect(workflowsOf(runs).map(({ label }) => label)).toEqual(["Bark", "Leaves"]);
});
