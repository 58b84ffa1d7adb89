import { expect, test } from "vitest";
import { curve, following, marks, placeOf, type Step, stepName } from "./timeline";

const step = (number: number, artifact: string | null = null): Step => ({ step: number, epoch: 1, miou: 0.5, artifact, overlay_url: "" });
const STEPS = [step(20), step(40, "other"), step(60), step(100, "own")];
const OWN = { id: "own", step: 100 };

test("without a name it is the artifact's own step", () => {
  expect(placeOf(STEPS, null, OWN)).toBe(3);
  expect(placeOf(STEPS, 40, OWN)).toBe(1);
  expect(placeOf(STEPS, 41, OWN)).toBe(3);
});

test("an artifact whose image was sampled only stands at its step, else at the end", () => {
  expect(placeOf(STEPS, null, { id: "gone", step: 60 })).toBe(2);
  expect(placeOf(STEPS, null, { id: "gone", step: 61 })).toBe(3);
});

test("the own step needs no name in the address", () => {
  expect(stepName(STEPS, 3, OWN)).toBeNull();
  expect(stepName(STEPS, 0, OWN)).toBe(20);
});

test("marks stand by step, and playing begins anew after the last", () => {
  expect(marks(STEPS)).toEqual([0, 0.25, 0.5, 1]);
  expect(marks([step(20)])).toEqual([0]);
  expect([following(4, 2), following(4, 3), following(0, 0)]).toEqual([3, 0, 0]);
});

test("a curve fills its height, unless nothing was learnt", () => {
  expect(curve([0.25, null, 0.5, 0.75])).toEqual([0, null, 0.5, 1]);
  expect(curve([0.5, 0.5])).toEqual([0, 0]);
  expect(curve([0.5, 0.55])[1]).toBeCloseTo(0.5);
  expect(curve([null])).toEqual([null]);
});
