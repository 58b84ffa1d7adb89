import { expect, it } from "vitest";
import { overall } from "./reliability";

const bin = (pixels: number, confidence: number | null, accuracy: number | null) => ({ low: 0, high: 1, pixels, confidence, accuracy });

it("weighs bins by their pixels", () => {
  expect(overall([bin(300, 0.9, 0.7), bin(100, 0.5, 0.5), bin(0, null, null)])).toMatchObject({ confidence: 0.8, accuracy: 0.65 });
});

it("says which way a model errs", () => {
  expect(overall([bin(1, 0.9, 0.7)])?.words).toContain("too sure");
  expect(overall([bin(1, 0.6, 0.7)])?.words).toContain("surer than it says");
  expect(overall([bin(1, 0.7, 0.7)])?.words).toBe("It says 70.0 % on average and is right in 70.0 %.");
});

it("says nothing of nothing", () => {
  expect(overall([bin(0, null, null)])).toBeNull();
});
