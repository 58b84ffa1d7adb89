import { expect, test } from "vitest";
import { heat, heated, isGrey, valuesOf } from "./heat";

test("colours go from dark to bright, and stay within", () => {
  expect(heat(0)).toEqual([0x44, 0x01, 0x54]);
  expect(heat(1)).toEqual([0xfd, 0xe7, 0x25]);
  expect(heat(7)).toEqual(heat(1));
  expect(heat(0.5)).toEqual([0x21, 0x91, 0x8c]);
});

test("grey pixels are values; coloured ones are left as they are", () => {
  const grey = new Uint8ClampedArray([10, 10, 10, 255, 200, 200, 200, 255]);
  expect(isGrey(grey)).toBe(true);
  expect([...valuesOf(grey)]).toEqual([10, 200]);
  expect(isGrey(new Uint8ClampedArray([10, 11, 10, 255]))).toBe(false);
  expect([...heated(new Uint8Array([255]))]).toEqual([0xfd, 0xe7, 0x25, 255]);
});
