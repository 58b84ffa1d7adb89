import { expect, test } from "vitest";
import { pixelCount } from "../geometry/rasters";
import { rasterised } from "../geometry/rasterise";
import { rleOf } from "../geometry/rle";
import type { Geometry } from "../types";
import { boxTool, rectangleTool } from "./box";
import { brushTool, eraserTool } from "./brush";
import { fillTool } from "./fill";
import { polygonTool } from "./polygon";
import { scissorsTool } from "./scissors";
import { superpixelTool } from "./superpixel";
import { Workbench } from "./workbench";

const area = (bench: Workbench, geometry: Geometry) => pixelCount(rasterised(geometry, bench.width, bench.height));
const square = (left: number, top: number, side: number): Geometry => ({
  kind: "polygons",
  polygons: [{ exterior: [[left, top], [left + side, top], [left + side, top + side], [left, top + side]], holes: [] }],
});
const mask = (bench: Workbench, x: number, y: number, side: number): Geometry => ({
  kind: "mask",
  mask: rleOf({ x, y, width: side, height: side, data: new Uint8Array(side * side).fill(1) }, bench.width, bench.height),
});

test("a box by a drag, and by two clicks; a slip is none", () => {
  const bench = new Workbench();
  const tool = boxTool();
  bench.drag(tool, [[30, 40], [20, 30], [10, 10]]);
  expect(bench.shapes.map(({ geometry }) => geometry)).toEqual([{ kind: "bbox", bbox: [10, 10, 20, 30] }]);
  bench.click(tool, 50, 50);
  expect(tool.draft(bench.context)).toEqual({ kind: "box", box: [50, 50, 0, 0] });
  bench.move(tool, 70, 60);
  bench.click(tool, 70, 60);
  expect(bench.shapes[1]?.geometry).toEqual({ kind: "bbox", bbox: [50, 50, 20, 10] });
  bench.click(tool, 5, 5);
  expect(tool.act("cancel", bench.context)).toBe(true);
  expect([bench.shapes.length, tool.draft(bench.context)]).toEqual([2, null]);
});

test("a box ends at the image's border, and Shift makes it square", () => {
  const bench = new Workbench();
  bench.drag(boxTool(), [[90, 70], [130, 100]]);
  bench.drag(boxTool(), [[10, 10], [30, 15]], { shift: true });
  expect(bench.shapes.map(({ geometry }) => geometry.kind === "bbox" && geometry.bbox)).toEqual([[90, 70, 10, 10], [10, 10, 20, 20]]);
});

test("a filled rectangle is a mask of whole pixels", () => {
  const bench = new Workbench();
  bench.drag(rectangleTool(), [[10.2, 10.4], [20.3, 15.1]]);
  expect(bench.shapes[0]?.geometry.kind).toBe("mask");
  expect(area(bench, bench.shapes[0]?.geometry ?? square(0, 0, 1))).toBe(50);
});

test("an outline by clicks: Backspace takes a corner back, the first corner closes", () => {
  const bench = new Workbench();
  const tool = polygonTool();
  for (const [x, y] of [[10, 10], [40, 10], [70, 70]] as const) bench.click(tool, x, y);
  expect(tool.act("remove_point", bench.context)).toBe(true);
  bench.click(tool, 40, 40);
  bench.click(tool, 11, 11);
  expect(bench.shapes.map(({ geometry }) => geometry)).toEqual([
    { kind: "polygons", polygons: [{ exterior: [[10, 10], [40, 10], [40, 40]], holes: [] }] },
  ]);
  expect(bench.selection).toEqual(new Set([bench.shapes[0]?.id]));
  expect(tool.draft(bench.context)).toBeNull();
});

test("Enter closes; an outline without area says what it lacks and stays", () => {
  const bench = new Workbench();
  const tool = polygonTool();
  bench.click(tool, 10, 10);
  bench.click(tool, 30, 10);
  expect(tool.act("accept", bench.context)).toBe(true);
  expect([bench.shapes.length, bench.told.length]).toEqual([0, 1]);
  bench.click(tool, 30, 30);
  tool.act("accept", bench.context);
  expect(bench.shapes).toHaveLength(1);
});

test("a drag draws freely", () => {
  const bench = new Workbench();
  const circle = Array.from({ length: 60 }, (_, i) => [50 + 20 * Math.cos(i / 9.5), 40 + 20 * Math.sin(i / 9.5)] as const);
  bench.drag(polygonTool(), [...circle, [70, 40]]);
  expect(bench.shapes).toHaveLength(1);
  expect(area(bench, bench.shapes[0]?.geometry ?? square(0, 0, 1))).toBeGreaterThan(1150);
});

test("corners snap to a neighbour's corner or edge, not with Ctrl", () => {
  const bench = new Workbench();
  bench.put("a", square(10, 10, 30));
  bench.settings = { ...bench.settings, snap: true };
  const tool = polygonTool();
  bench.click(tool, 43, 12);
  bench.click(tool, 42, 25);
  bench.click(tool, 60, 25, { ctrl: true });
  tool.act("accept", bench.context);
  expect(bench.shapes[1]?.geometry).toEqual({ kind: "polygons", polygons: [{ exterior: [[40, 10], [40, 25], [60, 25]], holes: [] }] });
});

test("strokes on the selected mask belong to it; without a selection a new one begins", () => {
  const bench = new Workbench();
  const tool = brushTool();
  bench.drag(tool, [[20, 20], [40, 20]]);
  const before = area(bench, bench.shapes[0]?.geometry ?? square(0, 0, 1));
  expect(before).toBeGreaterThan(120);
  bench.drag(tool, [[40, 20], [40, 40]]);
  expect(bench.shapes).toHaveLength(1);
  expect(area(bench, bench.shapes[0]?.geometry ?? square(0, 0, 1))).toBeGreaterThan(before);
  bench.selection = new Set();
  bench.drag(tool, [[20, 60], [40, 60]]);
  expect(bench.shapes).toHaveLength(2);
});

test("a pen's pressure sets the brush", () => {
  const widths = [0.2, 1].map((pressure) => {
    const bench = new Workbench();
    bench.drag(brushTool(), [[30, 30], [60, 30]], { pen: true, pressure });
    return area(bench, bench.shapes[0]?.geometry ?? square(0, 0, 1));
  });
  expect(widths[1]).toBeGreaterThan(3 * (widths[0] ?? 0));
});

test("in a semantic project paint takes pixels of other classes, as one step", () => {
  const bench = new Workbench("semantic");
  bench.put("a", square(10, 10, 40), "dog");
  bench.put("b", mask(bench, 60, 10, 10), "dog");
  bench.drag(brushTool(), [[30, 30], [65, 15]]);
  expect(bench.labels).toEqual(["Paint"]);
  const seen = new Uint8Array(bench.width * bench.height);
  for (const { geometry } of bench.shapes) {
    const raster = rasterised(geometry, bench.width, bench.height);
    raster.data.forEach((bit, index) => {
      const at = (raster.y + Math.floor(index / raster.width)) * bench.width + raster.x + (index % raster.width);
      seen[at] = (seen[at] ?? 0) + bit;
    });
  }
  expect(Math.max(...seen)).toBe(1);
});

test("in an instance project shapes overlap", () => {
  const bench = new Workbench("instance");
  bench.put("a", square(10, 10, 40), "dog");
  bench.drag(brushTool(), [[30, 30], [45, 30]]);
  expect(bench.shapes[0]?.geometry).toEqual(square(10, 10, 40));
});

test("the eraser takes from what is selected, else from all; what is empty goes", () => {
  const bench = new Workbench();
  bench.put("a", mask(bench, 10, 10, 20));
  bench.put("b", mask(bench, 10, 10, 20));
  bench.put("c", mask(bench, 19, 19, 2));
  bench.selection = new Set(["a"]);
  bench.drag(eraserTool(), [[20, 20], [20, 21]]);
  expect(bench.shapes.map(({ geometry }) => area(bench, geometry) < 400 && area(bench, geometry) > 4)).toEqual([true, false, false]);
  bench.selection = new Set();
  bench.drag(eraserTool(), [[20, 20], [20, 21]]);
  expect(bench.shapes.map(({ id }) => id)).toEqual(["a", "b"]);
});

test("locked classes are neither erased nor picked", () => {
  const bench = new Workbench();
  bench.put("a", mask(bench, 10, 10, 20));
  bench.settings = { ...bench.settings, locked: new Set(["cat"]) };
  bench.drag(eraserTool(), [[20, 20], [20, 21]]);
  expect(bench.labels).toEqual([]);
});

test("a fill takes the gap between shapes; on a shape it says so", () => {
  const bench = new Workbench("semantic", 30, 30);
  bench.put("a", { kind: "bbox", bbox: [0, 0, 30, 10] }, "dog");
  bench.click(fillTool(), 15, 20);
  expect(area(bench, bench.shapes[1]?.geometry ?? square(0, 0, 1))).toBe(600);
  bench.click(fillTool(), 15, 5);
  expect([bench.shapes.length, bench.told.length]).toEqual([2, 1]);
});

test("a fill by colour stops where the colour does", () => {
  const bench = new Workbench("instance", 30, 30);
  const data = new Uint8ClampedArray(30 * 30 * 4).fill(255);
  for (let i = 0; i < 30 * 12 * 4; i += 1) data[i] = 10;
  bench.image = { width: 30, height: 30, data, colorSpace: "srgb" } as ImageData;
  bench.click(fillTool(), 15, 5, { shift: true });
  expect(area(bench, bench.shapes[0]?.geometry ?? square(0, 0, 1))).toBe(360);
  bench.selection = new Set();
  bench.click(superpixelTool(), 15, 25);
  const taken = bench.shapes[1]?.geometry ?? square(0, 0, 1);
  expect(area(bench, taken)).toBeGreaterThan(20);
  expect(taken.kind).toBe("mask");
});

test("scissors cut what the line goes through", () => {
  const bench = new Workbench();
  bench.put("a", square(10, 10, 40));
  bench.drag(scissorsTool(), [[30, 5], [30, 60]]);
  expect(bench.shapes.map(({ geometry }) => area(bench, geometry))).toEqual([800, 800]);
  bench.drag(scissorsTool(), [[70, 5], [70, 60]]);
  expect([bench.labels, bench.told.length]).toEqual([["Cut"], 1]);
});

test("without a class nothing is drawn, and it is said", () => {
  const bench = new Workbench();
  bench.settings = { ...bench.settings, class: null };
  bench.drag(boxTool(), [[10, 10], [30, 30]]);
  bench.drag(brushTool(), [[10, 10], [30, 30]]);
  expect([bench.shapes.length, bench.told.length]).toEqual([0, 2]);
});

test("in a semantic project paint leaves locked classes their pixels", () => {
  const bench = new Workbench("semantic");
  bench.put("a", square(10, 10, 40), "dog");
  bench.settings = { ...bench.settings, locked: new Set(["dog"]) };
  bench.drag(rectangleTool(), [[0, 0], [60, 60]]);
  expect(bench.shapes.map(({ geometry }) => area(bench, geometry))).toEqual([1600, 2000]);
  bench.drag(rectangleTool(), [[20, 20], [30, 30]]);
  expect([bench.shapes.length, bench.told.length]).toEqual([2, 1]);
});

test("superpixels add up in the selected mask", () => {
  const bench = new Workbench("instance", 60, 60);
  bench.image = { width: 60, height: 60, data: new Uint8ClampedArray(60 * 60 * 4).fill(90), colorSpace: "srgb" } as ImageData;
  bench.scale = 4;
  const tool = superpixelTool();
  bench.click(tool, 5, 5);
  const before = area(bench, bench.shapes[0]?.geometry ?? square(0, 0, 1));
  bench.click(tool, 50, 50);
  expect(bench.shapes).toHaveLength(1);
  expect(area(bench, bench.shapes[0]?.geometry ?? square(0, 0, 1))).toBeGreaterThan(before);
});

test("a stroke on a picture of 24 megapixels holds its own neighbourhood only", () => {
  const bench = new Workbench("instance", 6000, 4000);
  const tool = brushTool();
  bench.down(tool, 3000, 2000);
  for (let x = 3000; x < 3400; x += 5) bench.move(tool, x, 2000 + (x % 40));
  const draft = tool.draft(bench.context);
  expect(draft?.kind === "raster" && draft.raster.data.length).toBeLessThan(1024 * 512);
});
