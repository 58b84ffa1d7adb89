import { describe, expect, it } from "vitest";
import { clock, framesIn, wordsOf } from "./media";

describe("what a project takes", () => {
  it("offers the files that it takes", () => {
    expect(wordsOf("image").accept).toMatch(/^image\/\*,\.heic/);
    expect(wordsOf("video").accept).toMatch(/^video\/\*,\.mkv/);
    expect(wordsOf("mixed").accept).toMatch(/^image\/\*,.*video\/\*/);
    expect(wordsOf(undefined).things).toBe("images");
  });
});

describe("how long a film is", () => {
  it.each([
    [0, "0:00"],
    [0.12, "0.1 s"],
    [6.67, "0:07"],
    [59.6, "1:00"],
    [600, "10:00"],
    [3725, "1:02:05"],
  ])("%d seconds are %s", (seconds, shown) => expect(clock(seconds)).toBe(shown));
});

describe("how many images an extraction makes", () => {
  const whole = { from: 0, to: 199 };
  it("counts both ends", () => {
    expect(framesIn({ ...whole, every: 1, unit: "frames" }, 30)).toBe(200);
    expect(framesIn({ ...whole, every: 199, unit: "frames" }, 30)).toBe(2);
    expect(framesIn({ from: 5, to: 5, every: 10, unit: "seconds" }, 30)).toBe(1);
  });
  it("goes by the rate for seconds, and never between frames", () => {
    expect(framesIn({ ...whole, every: 1, unit: "seconds" }, 30)).toBe(7);
    expect(framesIn({ ...whole, every: 0.1, unit: "seconds" }, 30)).toBe(67);
    expect(framesIn({ ...whole, every: 0.001, unit: "seconds" }, 30)).toBe(200);
  });
  it("is none for what makes no sense", () => {
    expect(framesIn({ ...whole, every: 0, unit: "seconds" }, 30)).toBe(0);
    expect(framesIn({ ...whole, every: Number.NaN, unit: "seconds" }, 30)).toBe(0);
    expect(framesIn({ from: 9, to: 3, every: 1, unit: "frames" }, 30)).toBe(0);
  });
});
