import fc from "fast-check";
import { expect, test } from "vitest";
import { type Box, cropOf, isThumbnailSharp } from "./crop";

const side = fc.integer({ min: 1, max: 4000 });
const cases = fc.record({ width: side, height: side, x: fc.double({ min: 0, max: 1, noNaN: true }), y: fc.double({ min: 0, max: 1, noNaN: true }), w: fc.double({ min: 0.001, max: 1, noNaN: true }), h: fc.double({ min: 0.001, max: 1, noNaN: true }) });

test("the box lies in its crop, and the crop in the image wherever it fits", () => {
  fc.assert(
    fc.property(cases, ({ width, height, x, y, w, h }) => {
      const box: Box = [x * (1 - w) * width, y * (1 - h) * height, w * width, h * height];
      const [left, top, wide, high] = cropOf(box, { width, height });
      const slack = 1e-6 * (wide + high + width + height);
      expect(left).toBeLessThanOrEqual(box[0] + slack);
      expect(top).toBeLessThanOrEqual(box[1] + slack);
      expect(left + wide).toBeGreaterThanOrEqual(box[0] + box[2] - slack);
      expect(top + high).toBeGreaterThanOrEqual(box[1] + box[3] - slack);
      expect(wide / high).toBeCloseTo(4 / 3, 6);
      if (wide <= width) {
        expect(left).toBeGreaterThanOrEqual(0);
        expect(left + wide).toBeLessThanOrEqual(width + slack);
      }
    }),
  );
});

test("a small part of a large image needs the image itself", () => {
  expect(isThumbnailSharp([0, 0, 100, 75], { width: 4000, height: 3000 })).toBe(false);
  expect(isThumbnailSharp([0, 0, 3000, 2250], { width: 4000, height: 3000 })).toBe(true);
  expect(isThumbnailSharp([0, 0, 48, 36], { width: 300, height: 200 })).toBe(true);
});
