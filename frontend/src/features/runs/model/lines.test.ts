import { expect, it } from "vitest";
import { addPoints, emptyCurves } from "./curves";
import { draw, PLAIN_VIEW, positionOf, wholeRange } from "./lines";

function curves(rows: Record<string, number>[]) {
  const made = emptyCurves();
  addPoints(
    made,
    rows.map((values, index) => ({ step: index + 1, epoch: (index + 1) / 2, time: new Date(index * 2000).toISOString(), values })),
  );
  return made;
}

const one = curves([{ "train/loss": 0 }, { other: 1 }, { "train/loss": 1, "val/loss": 1 }]);

it("draws lines over the steps that have them", () => {
  const sources = ["train/loss", "val/loss"].map((key) => ({ curves: one, key }));
  expect(draw(sources, PLAIN_VIEW, [1, 3])).toEqual({ data: [[1, 3], [0, 1], [null, 1]], ghosts: [] });
  expect(draw(sources, { ...PLAIN_VIEW, axis: "epoch" }, [0.5, 1.5]).data[0]).toEqual([0.5, 1.5]);
});

it("keeps what was measured behind a smoothed line, and leaves validation as it is", () => {
  const sources = ["train/loss", "val/loss"].map((key) => ({ curves: one, key }));
  const { data, ghosts } = draw(sources, { ...PLAIN_VIEW, weight: 0.5 }, [1, 3]);
  expect(ghosts).toEqual([0]);
  expect(data[1]).toEqual([0, 1]);
  expect(data[2]?.[1]).toBeCloseTo(2 / 3);
  expect(data[3]).toEqual([null, 1]);
});

it("leaves what a logarithm cannot show", () => {
  const { data } = draw([{ curves: one, key: "train/loss" }], { ...PLAIN_VIEW, logarithmic: true }, [1, 3]);
  expect(data).toEqual([[3], [1]]);
});

it("gives percent as shares, and spans several runs", () => {
  const busy = curves([{ "system/cpu_percent": 50 }, { "system/cpu_percent": 100 }, {}, {}]);
  expect(draw([{ curves: busy, key: "system/cpu_percent" }], PLAIN_VIEW, [1, 4]).data[1]).toEqual([0.5, 1]);
  expect(wholeRange([one, busy], "step")).toEqual([1, 4]);
  expect(wholeRange([one, busy], "time")).toEqual([0, 6]);
});

it("finds a checkpoint's place on every axis", () => {
  expect(positionOf(one, "step", 3)).toBe(3);
  expect(positionOf(one, "time", 2)).toBe(2);
  expect(positionOf(one, "epoch", 0)).toBeNull();
});
