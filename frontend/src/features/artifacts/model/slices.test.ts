import { describe, expect, it } from "vitest";
import { chance, domainOf, domainTicks, ordered, points, significantOf, type Slice } from "./slices";

const slice = (value: string, metric: number | null, difference: number | null, significant = false): Slice => ({
  value,
  title: value,
  count: 10,
  metric,
  interval: metric === null ? null : [metric - 0.05, metric + 0.05],
  difference,
  p: 0.01,
  significant,
  filters: null,
});
const dimension = (name: string, slices: Slice[]) => ({ name, title: name, unit: "images" as const, slices });
const tags = dimension("tag", [slice("day", 0.7, 0.05), slice("fog", 0.6, -0.1)]);
const light = dimension("brightness", [slice("dark", 0.4, -0.3, true), slice("dim", 0.6, -0.1, true)]);

describe("slices", () => {
  it("that are worse beyond chance are told first, the worst at the head", () => {
    expect(significantOf([tags, light]).map(({ slice: { value } }) => value)).toEqual(["dark", "dim"]);
    expect(ordered([tags, light, dimension("camera", [])]).map(({ name }) => name)).toEqual(["brightness", "tag"]);
  });
});

describe("the axis", () => {
  it("goes by tenths around dots and intervals", () => {
    const [low, high] = domainOf([...tags.slices, ...light.slices]);
    expect(low).toBeCloseTo(0.3);
    expect(high).toBeCloseTo(0.8);
    expect(domainTicks([low, high])).toEqual([0.3, 0.4, 0.5, 0.6, 0.7, 0.8]);
  });

  it("reaches to what the dots are held against", () => {
    expect(domainOf(tags.slices, 0.21)[0]).toBeCloseTo(0.2);
  });

  it("has room for one dot, and for none", () => {
    const [low, high] = domainOf([slice("x", 0.55, null)]);
    expect(high - low).toBeGreaterThan(0.15);
    expect(domainOf([slice("x", null, null)])).toEqual([0, 1]);
    expect(domainTicks([0, 1])).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  });
});

it("tells differences and chances as they are read", () => {
  expect(points(-0.042)).toBe("−4.2");
  expect(points(0.1)).toBe("+10.0");
  expect(points(-0.0001)).toBe("±0.0");
  expect(chance(0.0004)).toBe("p < 0.001");
  expect(chance(0.0312)).toBe("p = 0.031");
});
