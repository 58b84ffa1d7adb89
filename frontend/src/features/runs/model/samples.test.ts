import { expect, it } from "vitest";
import { historyOf, meanMiou, sparkline } from "./samples";

const sample = (asset: string, miou: number | null) => ({ asset, name: asset, miou, overlay_url: "" });
const evaluations = [
  { step: 5, epoch: 1, samples: [sample("a", 0.25), sample("b", null)] },
  { step: 10, epoch: 2, samples: [sample("b", 0.5)] },
];

it("follows an image through the evaluations", () => {
  expect(historyOf(evaluations, "a")).toEqual([0.25, null]);
  expect(historyOf(evaluations, "b")).toEqual([null, 0.5]);
});

it("averages what is known", () => {
  expect(meanMiou({ samples: [sample("a", 0.25), sample("b", 0.75), sample("c", null)] })).toBe(0.5);
  expect(meanMiou({ samples: [] })).toBeNull();
});

it("draws a line through what is known", () => {
  expect(sparkline([0, null, 1], 10, 4)).toBe("M0.0 4.0L10.0 0.0");
  expect(sparkline([], 10, 4)).toBe("");
});
