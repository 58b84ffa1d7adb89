import { expect, it } from "vitest";
import { besides, idleText, limitsText, NO_LIMITS, quantizationFor } from "./settings";

it("lets a precision go that the runtime does not have", () => {
  expect(quantizationFor("torch", "int8")).toBe("none");
  expect(quantizationFor("openvino", "int8")).toBe("int8");
  expect(quantizationFor("unknown", "fp16")).toBe("none");
});

it("tells the limits that are set", () => {
  expect(limitsText(NO_LIMITS)).toBe("");
  expect(limitsText({ ...NO_LIMITS, threads: 1 })).toBe("1 thread");
  expect(limitsText({ ...NO_LIMITS, threads: 2, memory_mb: 500, deadline_ms: 200 })).toBe("2 threads, memory limit 500 MB, longest wait 200 ms");
});

it("offers every version but the current one, the newest first", () => {
  expect(besides([{ version: 1 }, { version: 3 }, { version: 2 }], { version: 2 }).map(({ version }) => version)).toEqual([3, 1]);
});

it("says when a model falls asleep", () => {
  expect([1, 15, 60, 120].map(idleText)).toEqual(["after 1 minute", "after 15 minutes", "after 1 hour", "after 2 hours"]);
});
