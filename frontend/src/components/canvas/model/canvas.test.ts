import { describe, expect, it } from "vitest";
import { boxPath, polygonPath, shapeOf } from "./paths";
import { decodeCounts, paintMask, rgb } from "./rle";
import { fit, panned, toImage, zoomAt } from "./viewport";

describe("paths", () => {
  it("draw exterior and holes as rings of one even-odd path", () => {
    const square: [number, number][] = [[0, 0], [10, 0], [10, 10], [0, 10]];
    const hole: [number, number][] = [[2.5, 2], [4, 2], [4, 4]];
    expect(polygonPath([{ exterior: square, holes: [hole] }])).toBe("M0 0L10 0L10 10L0 10ZM2.5 2L4 2L4 4Z");
  });

  it("leave out rings that enclose nothing", () => {
    expect(polygonPath([{ exterior: [[0, 0], [1, 1]], holes: [] }])).toBe("");
  });

  it("draw a box", () => {
    expect(boxPath([1, 2, 30, 40])).toBe("M1 2h30v40h-30Z");
  });

  it("prefer polygons, then the mask, then the box", () => {
    const mask = { size: [2, 2] as [number, number], counts: "04" };
    const polygons = [{ exterior: [[0, 0], [1, 0], [1, 1]] as [number, number][], holes: [] }];
    expect(shapeOf("1", "a", "#fff", { polygons, mask }).mask).toBeNull();
    expect(shapeOf("1", "a", "#fff", { polygons: [], mask }).mask).toBe(mask);
    expect(shapeOf("1", "a", "#fff", { bbox: [0, 0, 1, 1] }).path).toBe("M0 0h1v1h-1Z");
  });
});

describe("run-length codes", () => {
  it("decode COCO's compressed string", () => {
    // Written by pycocotools: a block with a hole and a line, and a mask full but for its last pixel.
    expect(decodeCounts("o1>`000GD0<0D0<90000a5`0gM")).toEqual([
      63, 14, 16, 14, 16, 5, 4, 5, 16, 5, 4, 5, 16, 14, 16, 14, 16, 14, 193, 30, 120,
    ]);
    expect(decodeCounts("0oYS61")).toEqual([0, 199_999, 1]);
  });

  it("paint down the columns", () => {
    const pixels = paintMask([2, 3], [1, 2, 3], [9, 8, 7]);
    const alpha = [...pixels].filter((_, index) => index % 4 === 3);
    expect(alpha).toEqual([0, 255, 0, 255, 0, 0]);
    expect([...pixels.slice(4, 8)]).toEqual([9, 8, 7, 255]);
  });

  it("read colours", () => {
    expect(rgb("#1f77b4")).toEqual([31, 119, 180]);
    expect(rgb("red")).toEqual([128, 128, 128]);
  });
});

describe("the viewport", () => {
  const image = { width: 1000, height: 500 };
  const view = { width: 516, height: 516 };

  it("fits the image and centres it", () => {
    expect(fit(image, view)).toEqual({ scale: 0.5, x: 8, y: 133 });
  });

  it("keeps the pixel under the pointer while zooming", () => {
    const before = fit(image, view);
    const point = toImage(before, 100, 200);
    const after = toImage(zoomAt(before, 3, 100, 200, 0.1), 100, 200);
    expect(after[0]).toBeCloseTo(point[0]);
    expect(after[1]).toBeCloseTo(point[1]);
  });

  it("never zooms past its ends nor loses the image", () => {
    const viewport = fit(image, view);
    expect(zoomAt(viewport, 1e9, 0, 0, 0.1).scale).toBe(40);
    expect(zoomAt(viewport, 1e-9, 0, 0, 0.1).scale).toBe(0.1);
    expect(panned(viewport, 1e6, -1e6, image, view)).toMatchObject({ x: 476, y: -210 });
  });
});
