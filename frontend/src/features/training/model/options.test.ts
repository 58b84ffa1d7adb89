import { expect, it } from "vitest";
import { initialOptions, optionErrors, toOptions } from "./options";

it("sends what was chosen and leaves out what was left empty", () => {
  const form = { ...initialOptions("s1"), strategies: ["every"], every: 50 as const, minutes: 5 as const, priority: "high" as const };
  expect(toOptions(form)).toEqual({
    snapshot: "s1",
    hardware: { device: "auto", gpus: 1, precision: "auto" },
    checkpoints: { strategy: ["every"], every: 50, keep: 3 },
    limits: { minutes: 5 },
    priority: "high",
  });
  expect("snapshot" in toOptions(initialOptions(null))).toBe(false);
});

it("says what is wrong before anything is sent", () => {
  expect(optionErrors(initialOptions(null))).toEqual({});
  const wrong = { ...initialOptions(null), gpus: 0 as const, strategies: ["every"], keep: 0 as const, minutes: 0 as const, device: "cpu", precision: "fp16" };
  expect(Object.keys(optionErrors(wrong)).sort()).toEqual([
    "checkpoints.every",
    "checkpoints.keep",
    "hardware.gpus",
    "hardware.precision",
    "limits.minutes",
  ]);
});
