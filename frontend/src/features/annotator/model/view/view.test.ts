import { describe, expect, it } from "vitest";
import { grown, inImage, meet, ofGeometry, onScreen, uncovered } from "./bounds";
import { levelFor, levelSizes } from "./levels";

describe("bounds", () => {
  const view = { scale: 2, x: 10, y: -20 };

  it("are those of the outer rings", () => {
    const exterior = [[3, 4], [9, 4], [5, 8]] as const;
    expect(ofGeometry({ kind: "polygons", polygons: [{ exterior, holes: [] }] })).toEqual({ left: 3, top: 4, right: 9, bottom: 8 });
  });

  it("go to the screen and back", () => {
    const bounds = { left: 1, top: 2, right: 30, bottom: 40 };
    expect(inImage(onScreen(bounds, view), view)).toEqual(bounds);
  });

  it("meet where they touch", () => {
    const one = { left: 0, top: 0, right: 10, bottom: 10 };
    expect(meet(one, { left: 11, top: 0, right: 12, bottom: 1 })).toBe(false);
    expect(meet(grown(one, 1), { left: 11, top: 0, right: 12, bottom: 1 })).toBe(true);
  });
});

describe("what a move uncovers", () => {
  it("is a strip on the side that comes in", () => {
    expect(uncovered(100, 50, 7, 0)).toEqual([{ left: 0, top: 0, right: 7, bottom: 50 }]);
    expect(uncovered(100, 50, 0, -5)).toEqual([{ left: 0, top: 45, right: 100, bottom: 50 }]);
    expect(uncovered(100, 50, -3, 4)).toHaveLength(2);
    expect(uncovered(100, 50, 0, 0)).toEqual([]);
  });

  it("is everything after a jump", () => {
    expect(uncovered(100, 50, 100, 0)).toBeNull();
  });
});

describe("levels", () => {
  it("halve until the copy is small", () => {
    expect(levelSizes(6000, 4000).map(({ width }) => width)).toEqual([3000, 1500, 750]);
    expect(levelSizes(800, 600)).toEqual([]);
  });

  it("are chosen so that no pixel of the screen goes without one", () => {
    const levels = [{ width: 6000 }, { width: 3000 }, { width: 1500 }, { width: 750 }];
    expect(levelFor(levels, 6000, 0.2)?.width).toBe(1500);
    expect(levelFor(levels, 6000, 0.25)?.width).toBe(1500);
    expect(levelFor(levels, 6000, 0.26)?.width).toBe(3000);
    expect(levelFor(levels, 6000, 8)?.width).toBe(6000);
    expect(levelFor([{ width: 640 }, { width: 160 }], 6000, 1)?.width).toBe(640);
    expect(levelFor([], 6000, 1)).toBeUndefined();
  });
});
