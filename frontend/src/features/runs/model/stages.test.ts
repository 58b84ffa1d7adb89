import { expect, it } from "vitest";
import { stageStates } from "./stages";

it("marks what is done, current and ahead", () => {
  expect(stageStates({ status: "running", step: 5, started_at: "x" })).toEqual(["done", "done", "current", "ahead", "ahead"]);
  expect(stageStates({ status: "succeeded", step: 5, started_at: "x" })).toEqual(["done", "done", "done", "done", "done"]);
});

it("shows where a run ended early", () => {
  expect(stageStates({ status: "failed", step: 0, started_at: "x" })[1]).toBe("failed");
  expect(stageStates({ status: "cancelled", step: 9, started_at: "x" })[2]).toBe("failed");
  expect(stageStates({ status: "cancelled", step: 0, started_at: null })[0]).toBe("failed");
});
