import { expect, it } from "vitest";
import { classRows, sortRows } from "./classRows";

const one = (index: number, name: string, iou: number | null, support = 10) => ({ index, name, color: null, iou, f1: iou, precision: 0, recall: 0, support });
const measured = {
  classes: [one(0, "wall", 0.5), one(1, "door", null, 0), one(2, "arch", 0.2)],
  confusion_matrix: {
    labels: ["wall", "door", "arch"],
    counts: [
      [5, 5, 0],
      [0, 0, 0],
      [8, 2, 0],
    ],
  },
  intervals: { per_class_iou: { wall: [0.4, 0.6], door: null } },
};

it("knows the interval of each class", () => {
  expect(classRows(measured).map(({ interval }) => interval)).toEqual([[0.4, 0.6], null, null]);
});

it("says nothing of what was never predicted or never there", () => {
  const [, door, arch] = classRows(measured);
  expect(arch?.precision).toBeNull();
  expect(door?.recall).toBeNull();
  expect(door?.precision).toBe(0);
});

it("sorts both ways, the unknown last", () => {
  const rows = classRows(measured);
  const names = (key: "iou" | "name", descending: boolean) => sortRows(rows, key, descending).map(({ name }) => name);
  expect(names("iou", false)).toEqual(["arch", "wall", "door"]);
  expect(names("iou", true)).toEqual(["wall", "arch", "door"]);
  expect(names("name", false)).toEqual(["arch", "door", "wall"]);
});
