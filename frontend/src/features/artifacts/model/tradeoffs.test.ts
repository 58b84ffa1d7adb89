import { expect, it } from "vitest";
import type { TradeoffPoint } from "@/api/types";
import { type AxisKind, frontOf, outline, pointText, radiusOf, scaleOf, shapeOf, tickTexts } from "./tradeoffs";

const quality: AxisKind = { key: "quality", title: "Mean IoU", rising: true, text: (value) => `${value * 100} %` };
const latency: AxisKind = { key: "milliseconds", title: "Latency", rising: false, text: (value) => `${value} ms` };
const size: AxisKind = { key: "size", title: "Size", rising: false, text: (value) => `${value} B` };

function point(id: string, miou: number | null, milliseconds: number, bytes = 1): TradeoffPoint {
  return {
    export: id,
    format: "onnx",
    runtime: "onnxruntime",
    quantization: "none",
    pruning: 0,
    miou,
    map: null,
    milliseconds,
    size: bytes,
    memory_mb: 1,
    agrees: true,
    pareto: false,
    deployable: true,
    created_at: "2026-01-01T00:00:00Z",
  };
}

const names = (points: readonly TradeoffPoint[]) => points.map((one) => one.export);

it("joins what nothing beats in both axes, from left to right", () => {
  const points = [point("slow and best", 0.9, 50), point("quick", 0.8, 5), point("beaten", 0.79, 20), point("middle", 0.85, 12)];
  expect(names(frontOf(points, latency, quality))).toEqual(["quick", "middle", "slow and best"]);
});

it("keeps equal points and leaves out what was not measured", () => {
  const points = [point("one", 0.8, 5), point("twin", 0.8, 5), point("unknown", null, 1), point("as good, slower", 0.8, 6)];
  expect(names(frontOf(points, latency, quality))).toEqual(["one", "twin"]);
});

it("follows the axes: the front of size and latency is another one", () => {
  const points = [point("large", 0.9, 5, 100), point("small", 0.7, 9, 10), point("both", 0.6, 9, 100)];
  expect(names(frontOf(points, size, latency))).toEqual(["small", "large"]);
  expect(names(frontOf(points, quality, latency))).toEqual(["large"]);
});

it("lays wide ranges out by their logarithm, and gives a single value the middle", () => {
  const wide = scaleOf([1, 1000], 5);
  expect(wide.place(Math.sqrt(1000))).toBeCloseTo(0.5);
  expect(wide.ticks).toContain(100);
  const narrow = scaleOf([0.8, 0.9], 5);
  expect(narrow.place(0.85)).toBeCloseTo(0.5);
  expect(scaleOf([4], 5).place(4)).toBeCloseTo(0.5);
  expect(scaleOf([], 5).ticks).toEqual([]);
});

it("stands for a value by area, not by width", () => {
  expect(radiusOf(25, 100, [1, 20])).toBe(10);
  expect(radiusOf(0.001, 100, [4, 20])).toBe(4);
  expect(radiusOf(null, 100, [4, 20])).toBe(4);
});

it("gives each format a shape that closes", () => {
  expect(["onnx", "openvino", "torch", "litert"].map(shapeOf)).toEqual(["circle", "square", "triangle", "diamond"]);
  for (const format of ["onnx", "openvino", "torch", "litert"]) expect(outline(shapeOf(format), 5)).toMatch(/^M.*z$/);
});

it("says a point in words", () => {
  const spoken = pointText({ ...point("a", 0.5, 8), pareto: true, agrees: false }, "ONNX int8", [quality, latency]);
  expect(spoken).toBe("ONNX int8, Mean IoU 50 %, Latency 8 ms, on the Pareto front, disagrees with the model");
});

it("writes ticks with as few digits as tell them apart", () => {
  const share = { text: (value: number, digits = 1) => `${(value * 100).toFixed(digits)} %` };
  expect(tickTexts(share, [0.7, 0.8])).toEqual(["70 %", "80 %"]);
  expect(tickTexts(share, [0.745, 0.7455, 0.746])).toEqual(["74.50 %", "74.55 %", "74.60 %"]);
  expect(tickTexts({ text: (value) => `${value.toFixed(1)} ms` }, [5, 10])).toEqual(["5 ms", "10 ms"]);
});
