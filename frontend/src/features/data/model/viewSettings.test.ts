import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cellsIn, layoutOf, type View } from "./viewSettings";

describe("the layout of the images", () => {
  it("fills the width, whatever it is", () => {
    fc.assert(
      fc.property(fc.constantFrom<View>("s", "m", "l"), fc.integer({ min: 320, max: 3000 }), (view, width) => {
        const { columns, width: cell, gap } = layoutOf(view, width);
        expect(columns * cell + (columns - 1) * gap).toBeCloseTo(width);
      }),
    );
  });

  it("has larger cells in larger sizes", () => {
    const columns = (["s", "m", "l", "list"] as const).map((view) => layoutOf(view, 1400).columns);
    expect(columns).toEqual([...columns].sort((a, b) => b - a));
    expect(columns.at(-1)).toBe(1);
  });
});

describe("a box drawn over the images", () => {
  const layout = layoutOf("m", 1400);
  const { width, pitch, gap, columns } = layout;

  it("takes what it touches", () => {
    const box = { left: width / 2, top: pitch / 2, right: width + gap + 5, bottom: pitch + 5 };
    expect(cellsIn(layout, box, 1000)).toEqual([0, 1, columns, columns + 1]);
  });

  it("takes nothing between the images", () => {
    expect(cellsIn(layout, { left: width + 2, top: 4, right: width + gap - 2, bottom: 9 }, 1000)).toEqual([]);
  });

  it("ends where the list ends", () => {
    expect(cellsIn(layout, { left: 0, top: 0, right: 5000, bottom: 5000 }, 3)).toEqual([0, 1, 2]);
  });
});
