import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { likeness, similarityOrder } from "./similarity";

describe("classes by similarity", () => {
  it("are all there, each once", () => {
    const matrix = fc.integer({ min: 1, max: 9 }).chain((size) => fc.array(fc.array(fc.nat(1000), { minLength: size, maxLength: size }), { minLength: size, maxLength: size }));
    fc.assert(
      fc.property(matrix, (counts) => {
        expect([...similarityOrder(counts)].sort((a, b) => a - b)).toEqual(counts.map((_, index) => index));
      }),
    );
  });

  it("lie beside those that they are taken for", () => {
    // 0 with 3, and 1 with 4; 2 with nothing.
    const counts = [
      [60, 0, 0, 40, 0],
      [0, 70, 0, 0, 30],
      [0, 0, 100, 0, 0],
      [35, 0, 0, 65, 0],
      [0, 20, 0, 0, 80],
    ];
    const order = similarityOrder(counts);
    expect(Math.abs(order.indexOf(0) - order.indexOf(3))).toBe(1);
    expect(Math.abs(order.indexOf(1) - order.indexOf(4))).toBe(1);
  });

  it("find a chain of neighbours that was shuffled", () => {
    const chain = [2, 0, 4, 1, 3];
    const place = (label: number) => chain.indexOf(label);
    const counts = chain.map((_, a) => chain.map((_, b) => (a === b ? 100 : Math.abs(place(a) - place(b)) === 1 ? 20 + 5 * Math.min(place(a), place(b)) : 0)));
    expect([chain, [...chain].reverse()]).toContainEqual(similarityOrder(counts));
  });

  it("keep their order where nothing is confused", () => {
    expect(similarityOrder([[5, 0], [0, 5]])).toEqual([0, 1]);
    expect(similarityOrder([])).toEqual([]);
  });
});

it("counts likeness by shares, so that large classes do not drown small ones", () => {
  const alike = likeness([
    [900, 100],
    [5, 5],
  ]);
  expect(alike[0]?.[1]).toBeCloseTo((0.1 + 0.5) / 2);
  expect(alike[1]?.[0]).toBe(alike[0]?.[1]);
});
