import { expect, test } from "vitest";
import { rasterised } from "../geometry/rasterise";
import { pixelCount } from "../geometry/rasters";
import type { Geometry } from "../types";
import { lassoTool } from "./lasso";
import { selectTool } from "./select";
import { Workbench } from "./workbench";

const square = (left: number, top: number, side: number): Geometry => ({
  kind: "polygons",
  polygons: [{ exterior: [[left, top], [left + side, top], [left + side, top + side], [left, top + side]], holes: [] }],
});
const box = (x: number, y: number, width: number, height: number): Geometry => ({ kind: "bbox", bbox: [x, y, width, height] });
const ids = (bench: Workbench) => [...bench.selection].sort();

function table(): Workbench {
  const bench = new Workbench();
  bench.scale = 4;
  bench.put("a", square(10, 10, 20));
  bench.put("b", square(20, 20, 20));
  bench.put("c", box(60, 10, 20, 20));
  return bench;
}

test("a click takes the top one, Alt the one below, Shift more, nothing none", () => {
  const bench = table();
  const tool = selectTool();
  bench.click(tool, 25, 26);
  expect(ids(bench)).toEqual(["b"]);
  bench.click(tool, 25, 26, { alt: true });
  expect(ids(bench)).toEqual(["a"]);
  bench.click(tool, 70, 20, { shift: true });
  expect(ids(bench)).toEqual(["a", "c"]);
  bench.click(tool, 70, 20, { shift: true });
  expect(ids(bench)).toEqual(["a"]);
  bench.click(tool, 90, 70);
  expect(ids(bench)).toEqual([]);
});

test("a drag moves what is selected, as one step, and not out of the image", () => {
  const bench = table();
  const tool = selectTool();
  bench.click(tool, 70, 20);
  bench.drag(tool, [[70, 20], [71, 24], [65, 30]]);
  expect(bench.shapes[2]?.geometry).toEqual(box(55, 20, 20, 20));
  expect(bench.labels).toEqual(["Move"]);
  bench.drag(tool, [[60, 35], [400, 35]]);
  expect(bench.labels).toEqual(["Move"]);
});

test("a rectangle round shapes selects them", () => {
  const bench = table();
  const tool = selectTool();
  bench.drag(tool, [[5, 5], [20, 20], [45, 45]]);
  expect(ids(bench)).toEqual(["a", "b"]);
});

test("the lasso selects what has its middle inside", () => {
  const bench = table();
  bench.drag(lassoTool(), [[5, 5], [25, 5], [25, 25], [5, 25]]);
  expect(ids(bench)).toEqual(["a"]);
});

test("corners move, appear and go", () => {
  const bench = table();
  const tool = selectTool();
  bench.selection = new Set(["a"]);
  bench.drag(tool, [[10, 10], [6, 6], [5, 5]]);
  expect(bench.shapes[0]?.geometry).toMatchObject({ polygons: [{ exterior: [[5, 5], [30, 10], [30, 30], [10, 30]] }] });
  tool.double?.({ x: 30, y: 22, button: 0, pressure: 0.5, pen: false, shift: false, alt: false, ctrl: false }, bench.context);
  expect(bench.shapes[0]?.geometry).toMatchObject({ polygons: [{ exterior: [[5, 5], [30, 10], [30, 22], [30, 30], [10, 30]] }] });
  expect(tool.act("delete", bench.context)).toBe(true);
  bench.click(tool, 10, 30, { alt: true });
  expect(bench.shapes[0]?.geometry).toMatchObject({ polygons: [{ exterior: [[5, 5], [30, 10], [30, 30]] }] });
  expect(bench.labels).toEqual(["Move a corner", "Add a corner", "Remove a corner", "Remove a corner"]);
  bench.click(tool, 5, 5, { alt: true });
  expect(bench.shapes.map(({ id }) => id)).toEqual(["b", "c"]);
});

test("the middle of an edge is dragged into a new corner", () => {
  const bench = table();
  bench.selection = new Set(["a"]);
  const tool = selectTool();
  bench.drag(tool, [[20, 10], [20, 5]]);
  expect(bench.shapes[0]?.geometry).toMatchObject({ polygons: [{ exterior: [[10, 10], [20, 5], [30, 10], [30, 30], [10, 30]] }] });
});

test("boxes scale by corners and sides, Shift keeps proportions, the image ends them", () => {
  const bench = table();
  bench.selection = new Set(["c"]);
  const tool = selectTool();
  bench.drag(tool, [[80, 30], [90, 35]]);
  expect(bench.shapes[2]?.geometry).toEqual(box(60, 10, 30, 25));
  bench.drag(tool, [[60, 22.5], [50, 60]]);
  expect(bench.shapes[2]?.geometry).toEqual(box(50, 10, 40, 25));
  bench.drag(tool, [[90, 35], [130, 35]], { shift: true });
  expect(bench.shapes[2]?.geometry).toEqual(box(50, 10, 50, 50));
});

test("arrows nudge, Escape gives up", () => {
  const bench = table();
  bench.selection = new Set(["c"]);
  const tool = selectTool();
  expect([tool.act("nudge_left", bench.context), tool.act("shove_down", bench.context)]).toEqual([true, true]);
  expect(bench.shapes[2]?.geometry).toEqual(box(59, 20, 20, 20));
  bench.down(tool, 65, 30);
  bench.move(tool, 80, 30);
  expect(tool.draft(bench.context)?.kind).toBe("geometry");
  tool.act("cancel", bench.context);
  bench.up(tool, 80, 30);
  expect(bench.shapes[2]?.geometry).toEqual(box(59, 20, 20, 20));
});

test("shapes of one class merge; of two they do not, and it is said", () => {
  const bench = table();
  bench.selection = new Set(["a", "b"]);
  selectTool().act("merge", bench.context);
  expect(bench.shapes.map(({ id }) => id)).toEqual(["a", "c"]);
  expect(bench.shapes[0]?.geometry.kind === "polygons" && bench.shapes[0].geometry.polygons[0]?.exterior).toHaveLength(8);
  bench.put("d", box(5, 60, 5, 5), "dog");
  bench.selection = new Set(["c", "d"]);
  selectTool().act("merge", bench.context);
  expect([bench.shapes.length, bench.told.length]).toEqual([3, 1]);
});

test("what is locked or hidden is not picked", () => {
  const bench = table();
  bench.settings = { ...bench.settings, locked: new Set(["b"]) };
  const tool = selectTool();
  bench.click(tool, 35, 35);
  expect(ids(bench)).toEqual([]);
});

test("shapes that are moved together all take their pixels, in a semantic project", () => {
  const bench = new Workbench("semantic");
  bench.put("ground", box(0, 40, 60, 20), "road");
  bench.put("a", box(5, 5, 10, 10));
  bench.put("b", box(30, 5, 10, 10));
  bench.scale = 4;
  bench.selection = new Set(["a", "b"]);
  bench.drag(selectTool(), [[10, 10], [10, 50]]);
  const ground = bench.shapes.find(({ id }) => id === "ground");
  expect(ground && pixelCount(rasterised(ground.geometry, 100, 80))).toBe(1000);
});

test("boxes merge into an outline", () => {
  const bench = new Workbench();
  bench.put("a", box(10, 10, 10, 10));
  bench.put("b", box(15, 15, 10, 10));
  bench.selection = new Set(["a", "b"]);
  selectTool().act("merge", bench.context);
  expect(bench.shapes.map(({ geometry }) => [geometry.kind, pixelCount(rasterised(geometry, 100, 80))])).toEqual([["polygons", 175]]);
});

test("at the image's border shapes are cut, and stop before they are gone", () => {
  const bench = new Workbench();
  bench.put("a", box(60, 10, 20, 20));
  bench.selection = new Set(["a"]);
  bench.drag(selectTool(), [[70, 20], [90, 20], [400, 20]]);
  expect(bench.shapes[0]?.geometry).toEqual(box(80, 10, 20, 20));
});

test("a small box is still moved by its middle", () => {
  const bench = new Workbench();
  bench.put("a", box(10, 10, 8, 8));
  bench.selection = new Set(["a"]);
  bench.drag(selectTool(), [[14, 14], [34, 14]]);
  expect(bench.shapes[0]?.geometry).toEqual(box(30, 10, 8, 8));
});
