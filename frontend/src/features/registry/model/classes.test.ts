import { expect, test } from "vitest";
import { classRows, type Judgement } from "./classes";

const of = (...classes: [id: string | null, name: string, iou: number | null][]): Judgement => ({ classes: classes.map(([id, name, iou]) => ({ id, name, iou, color: null })) });

test("classes are held against the base, the largest difference first", () => {
  const rows = classRows([of(["1", "wall", 0.5], ["2", "door", 0.4]), of(["1", "wall", 0.55], ["2", "door", 0.2])], 0);
  expect(rows.map(({ name }) => name)).toEqual(["door", "wall"]);
  expect(rows[0]?.differences[0]).toBeNull();
  expect(rows[0]?.differences[1]).toBeCloseTo(-0.2);
  expect(rows[1]?.differences[1]).toBeCloseTo(0.05);
});

test("a class keeps its row when it was renamed, and what one model lacks has no difference", () => {
  const rows = classRows([of(["1", "wall", 0.5]), of(["1", "walls", 0.6], ["3", "roof", 0.9])], 0);
  expect(rows).toHaveLength(2);
  expect(rows[0]?.values).toEqual([0.5, 0.6]);
  expect(rows[1]).toMatchObject({ name: "roof", values: [null, 0.9], differences: [null, null] });
});

test("an evaluation that is not there leaves its column empty", () => {
  expect(classRows([undefined, of([null, "background", 0.9])], 1)[0]?.values).toEqual([null, 0.9]);
});
