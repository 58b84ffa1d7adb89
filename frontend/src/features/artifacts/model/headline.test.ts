import { describe, expect, it } from "vitest";
import { headline, intervalOf } from "./headline";

const measured = {
  miou: 0.7,
  f1: 0.8,
  precision: 0.8,
  recall: 0.8,
  pixel_accuracy: 0.9,
  frequency_weighted_iou: 0.85,
  boundary_f1: null,
  loss: 0.12345,
  calibration: { ece: 0.03 },
  intervals: { level: 0.95, resamples: 1000, miou: [0.68, 0.73], ece: null },
};

describe("headline numbers", () => {
  const figures = headline(measured);
  const of = (name: string) => figures.find((one) => one.name === name);

  it("say how far each may be off", () => {
    expect(of("miou")).toMatchObject({ text: "70.0 %", spread: "± 2.5", low: "68.0 %", high: "73.0 %", interval: { value: 0.7, low: 0.68, high: 0.73 } });
  });

  it("have no interval where none was given", () => {
    expect(of("f1")).toMatchObject({ text: "80.0 %", spread: "", interval: null });
    expect(of("ece")).toMatchObject({ text: "3.0 %", interval: null });
  });

  it("say what is not known", () => {
    expect(of("boundary_f1")?.text).toBe("–");
    expect(headline({ ...measured, loss: null }).at(-1)?.text).toBe("–");
    expect(of("loss")?.text).toBe("0.123");
  });

  it("speak of objects first, and only where there are any", () => {
    expect(figures[0]?.name).toBe("miou");
    expect(headline({ ...measured, map: 0.4, map50: null }).slice(0, 2).map(({ name, text }) => `${name} ${text}`)).toEqual(["map 40.0 %", "map50 –"]);
  });
});

it("takes pairs of numbers for intervals only", () => {
  expect(intervalOf([0.1, 0.2])).toEqual([0.1, 0.2]);
  expect(intervalOf(null)).toBeNull();
  expect(intervalOf(0.5)).toBeNull();
});
