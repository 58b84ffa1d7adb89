import fc from "fast-check";
import { expect, test } from "vitest";
import { parts } from "./shares";

test("the largest remainders get what is left, the first of equals before the others", () => {
  expect(parts(9, [2, 1])).toEqual([6, 3]);
  expect(parts(10, [1, 1, 1])).toEqual([4, 3, 3]);
  expect(parts(3, [1, 5])).toEqual([1, 2]);
  expect(parts(5, [0, 0])).toEqual([0, 0]);
});

test("parts add up, and are less than one off", () => {
  const shares = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 6 }).filter((all) => all.some((share) => share > 0));
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 500 }), shares, (total, given) => {
      const found = parts(total, given);
      const whole = given.reduce((sum, share) => sum + share, 0);
      expect(found.reduce((sum, part) => sum + part, 0)).toBe(total);
      found.forEach((part, n) => expect(Math.abs(part - (total * (given[n] ?? 0)) / whole)).toBeLessThan(1));
    }),
  );
});
