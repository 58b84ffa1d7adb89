import { expect, it } from "vitest";
import { rasterOf, rleOf } from "../geometry/rle";
import type { Shape } from "../types";
import { copyShapes, type PasteTarget, pasteShapes } from "./clipboard";
import { box } from "./fixture";
import { createStore } from "./store";

const labels = [
  { id: "c", name: "Cat" },
  { id: "d", name: "Dog" },
];

function target(shapes: readonly Shape[], other: Partial<PasteTarget> = {}, task: "instance" | "semantic" = "instance") {
  const store = createStore({ width: 100, height: 100, task });
  store.replica.reset(1, shapes.map((shape, at) => ({ shape, born: String(at) })));
  store.refresh();
  let ids = 0;
  const { document } = store.snapshot();
  return { document, image: "image", labels, newId: () => `copy${++ids}`, ...other };
}

function copied(shapes: readonly Shape[]): string {
  return copyShapes(target(shapes).document, new Set(shapes.map(({ id }) => id)), labels, "image");
}

it("pastes into another image at the same place, with ids of their own", () => {
  const pasted = pasteShapes(copied([box("a", 5, { attributes: { seen: true }, source: "model", score: 0.5 })]), target([], { image: "other" }));
  const geometry = { kind: "bbox", bbox: [5, 0, 10, 10] };
  expect(pasted?.change).toMatchObject({ update: [], delete: [] });
  expect(pasted?.change.create).toEqual([
    { ...box("copy1"), geometry, attributes: { seen: true }, source: "human", score: null },
  ]);
});

it("pastes aside of the original", () => {
  const shapes = [box("a", 5)];
  expect(pasteShapes(copied(shapes), target(shapes))?.change.create[0]?.geometry).toEqual({ kind: "bbox", bbox: [17, 12, 10, 10] });
  // What was cut goes back to its place.
  expect(pasteShapes(copied(shapes), target([]))?.change.create[0]?.geometry).toEqual({ kind: "bbox", bbox: [5, 0, 10, 10] });
});

it("finds classes of another project by name, and says which it has not", () => {
  const text = copied([box("a"), box("b", 20, { class: "d" }), box("e", 40, { class: "d" })]);
  const pasted = pasteShapes(text, target([], { image: "other", labels: [{ id: "x", name: "cat" }] }));
  expect(pasted?.change.create.map((shape) => shape.class)).toEqual(["x"]);
  expect([...(pasted?.unknown ?? [])]).toEqual([["Dog", 2]]);
});

it("lays copies on top, in their order", () => {
  const text = copied([box("a", 0, { z: 3 }), box("b", 0, { z: 5 })]);
  const pasted = pasteShapes(text, target([box("top", 0, { z: 9 })], { image: "other" }));
  expect(pasted?.change.create.map(({ z }) => z)).toEqual([9, 11]);
});

it("writes masks anew for an image of another size, and leaves out what lies outside", () => {
  const mask = rleOf({ x: 90, y: 90, width: 2, height: 3, data: new Uint8Array(6).fill(1) }, 100, 100);
  const text = copied([box("a", 0, { geometry: { kind: "mask", mask } }), box("b", 80)]);
  const wide = createStore({ width: 200, height: 92, task: "instance" }).snapshot().document;
  const shape = pasteShapes(text, target([], { document: wide, image: "other" }))?.change.create[0];
  expect(shape?.geometry).toMatchObject({ kind: "mask", mask: { size: [92, 200] } });
  if (shape?.geometry.kind === "mask") expect(rasterOf(shape.geometry.mask)).toMatchObject({ x: 90, y: 90, width: 2, height: 2 });
  const small = createStore({ width: 50, height: 50, task: "instance" }).snapshot().document;
  expect(pasteShapes(text, target([], { document: small, image: "other" }))).toMatchObject({ outside: 2, change: { create: [] } });
});

it("takes pixels from other classes where a pixel has one class", () => {
  const pasted = pasteShapes(copied([box("a", 0)]), target([box("under", 0, { class: "d" }), box("half", 5, { class: "d" })], { image: "other" }, "semantic"));
  expect(pasted?.change.delete).toEqual(["under"]);
  expect(pasted?.change.update).toMatchObject([{ id: "half", fields: { geometry: { kind: "polygons" } } }]);
});

it("takes nothing from a text that is something else", () => {
  for (const text of ["", "hello", "{}", '{"type":"tessera/shapes"', '{"type":"tessera/shapes","version":1,"shapes":[{"id":"a"}]}']) {
    expect(pasteShapes(text, target([]))).toBeNull();
  }
});
