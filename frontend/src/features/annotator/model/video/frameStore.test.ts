import { expect, test } from "vitest";
import { box, creating, deleting, storeWithServer, updating } from "../store/fixture";
import type { Shape, ShapeFields } from "../types";
import { createFrameStore } from "./frameStore";
import { nextKey, placeAt, spansOf, tracksOf } from "./tracks";

const key = (id: string, frame: number, fields: ShapeFields = {}): Shape => ({ ...box(id, frame, fields), track: "t", frame });
const OUTSIDE = { attributes: { outside: true } };

/** A video with a track: keyframes at frames 10 and 20, seen no longer from 30 on, seen again from 40 on. */
function video(more: readonly Shape[] = []) {
  const server = storeWithServer([key("k10", 10), key("k20", 20), key("k30", 30, OUTSIDE), key("k40", 40), ...more]);
  const went: number[] = [];
  let ids = 0;
  const store = createFrameStore(server.store, { newId: () => `v${++ids}`, elsewhere: (frame) => went.push(frame) });
  store.start();
  const at = (frame: number) => {
    store.go(frame);
    return store.snapshot().document.shapes.map(({ id, geometry }) => (geometry.kind === "bbox" ? [id, geometry.bbox[0]] : [id]));
  };
  const keys = () => [...(tracksOf(server.shapes()).get("t")?.keys ?? [])].map(({ frame, attributes }) => (attributes["outside"] === true ? `${frame}x` : `${frame}`));
  return { ...server, store, at, keys, went };
}

test("a track is on each frame what its keyframes say, by the same id", () => {
  const { at, store } = video();
  expect(at(9)).toEqual([]);
  expect(at(10)).toEqual([["t", 10]]);
  expect(at(15)).toEqual([["t", 15]]);
  expect(at(29)).toEqual([["t", 20]]);
  expect(at(30)).toEqual([]);
  expect(at(39)).toEqual([]);
  expect(at(99)).toEqual([["t", 40]]);
  const { document } = store.snapshot();
  expect(document.isKey("t")).toBe(false);
  expect(document.shape("t")?.class).toBe("c");
});

test("a frame that is looked at again gives the same shapes, as caches like it", () => {
  const { store } = video();
  store.go(25);
  const [first] = store.snapshot().document.shapes;
  store.go(26);
  expect(store.snapshot().document.shapes[0]).toBe(first);
});

test("what is drawn is the first keyframe of a new track, and selected by its id", () => {
  const { store, shapes } = video();
  store.go(5);
  store.commit(creating(box("new", 3)), "Draw");
  store.select(["new"]);
  expect(shapes().find(({ track }) => track === "new")).toMatchObject({ frame: 5, id: "v1", class: "c" });
  expect([...store.snapshot().selection]).toEqual(["new"]);
  store.go(2);
  expect([...store.snapshot().selection]).toEqual([]);
  expect([...store.snapshot().chosen]).toEqual(["new"]);
  store.go(60);
  expect([...store.snapshot().selection]).toEqual(["new"]);
});

test("a change between keyframes makes one, and on a keyframe changes it", () => {
  const { store, keys, shape, shapes } = video();
  store.go(15);
  store.commit(updating("t", { geometry: { kind: "bbox", bbox: [0, 0, 5, 5] } }), "Move");
  expect(keys()).toEqual(["10", "15", "20", "30x", "40"]);
  expect(shapes().find(({ frame }) => frame === 15)).toMatchObject({ source: "human", class: "c" });
  store.go(20);
  store.commit(updating("t", { geometry: { kind: "bbox", bbox: [1, 1, 5, 5] } }), "Move");
  expect(keys()).toEqual(["10", "15", "20", "30x", "40"]);
  expect(shape("k20")?.geometry).toEqual({ kind: "bbox", bbox: [1, 1, 5, 5] });
  store.undo();
  store.undo();
  expect(keys()).toEqual(["10", "20", "30x", "40"]);
});

test("who moves a keyframe of a machine answers for it", () => {
  const { store, shape } = video([{ ...key("m", 12, { source: "assist", score: 0.8 }), track: "u" }]);
  store.go(12);
  store.commit(updating("u", { geometry: { kind: "bbox", bbox: [1, 1, 5, 5] } }), "Move");
  expect(shape("m")).toMatchObject({ source: "human", score: null });
});

test("class and attributes are of the whole track, changed in one step", () => {
  const { store, shapes } = video();
  store.go(33);
  store.commit(updating("t", { class: "d", attributes: { colour: "red" } }), "Change the class");
  expect(shapes().map((shape) => shape.class)).toEqual(["d", "d", "d", "d"]);
  expect(shapes().find(({ id }) => id === "k30")?.attributes).toEqual({ colour: "red", outside: true });
  expect(shapes().find(({ id }) => id === "k20")?.attributes).toEqual({ colour: "red" });
  store.undo();
  expect(shapes().map((shape) => shape.class)).toEqual(["c", "c", "c", "c"]);
});

test("what is painted over is not seen from there on; a track of this frame alone goes", () => {
  const { store, keys, at, ids } = video([{ ...box("once"), track: "u", frame: 15 }]);
  store.go(15);
  store.commit(deleting("t", "u"), "Paint");
  expect(keys()).toEqual(["10", "15x", "20", "30x", "40"]);
  expect(ids()).not.toContain("once");
  expect(at(15)).toEqual([]);
  expect(at(20)).toEqual([["t", 20]]);
});

test("deleting an object deletes it on every frame, and undo brings all of it back", () => {
  const { store, keys } = video();
  store.go(15);
  store.removeTracks(["t"]);
  expect(keys()).toEqual([]);
  store.undo();
  expect(keys()).toEqual(["10", "20", "30x", "40"]);
});

test("keyframes are added where an object is seen, and removed", () => {
  const { store, keys } = video();
  store.go(15);
  store.toggleKeys();
  expect(store.snapshot().notices.at(-1)?.message).toContain("Select");
  store.select(["t"]);
  store.toggleKeys();
  expect(keys()).toEqual(["10", "15", "20", "30x", "40"]);
  store.toggleKeys();
  expect(keys()).toEqual(["10", "20", "30x", "40"]);
  store.go(35);
  store.addKeys();
  expect(keys()).toEqual(["10", "20", "30x", "40"]);
});

test("an object ends where one says so, and is seen again where one says so", () => {
  const { store, keys, at } = video();
  store.select(["t"]);
  store.go(15);
  store.toggleOutside();
  expect(keys()).toEqual(["10", "15x", "20", "30x", "40"]);
  store.toggleOutside();
  expect(keys()).toEqual(["10", "15", "20", "30x", "40"]);
  store.go(35);
  store.toggleOutside();
  expect(keys()).toEqual(["10", "15", "20", "30x", "35", "40"]);
  expect(at(36)).not.toEqual([]);
});

test("a keyframe moves to a frame that has none", () => {
  const { store, keys } = video();
  store.moveKey("t", 20, 25);
  expect(keys()).toEqual(["10", "25", "30x", "40"]);
  store.moveKey("t", 25, 30);
  expect(keys()).toEqual(["10", "25", "30x", "40"]);
  store.undo();
  expect(keys()).toEqual(["10", "20", "30x", "40"]);
});

test("what a machine wrote can be taken back between two frames", () => {
  const machine = [12, 15, 18].map((frame) => key(`m${frame}`, frame, { source: "assist" }));
  const { store, keys } = video(machine);
  store.removeMachineKeys("t", 18, 13);
  expect(keys()).toEqual(["10", "12", "20", "30x", "40"]);
  store.undo();
  expect(keys()).toEqual(["10", "12", "15", "18", "20", "30x", "40"]);
});

test("undo on another frame says where", () => {
  const { store, went } = video();
  store.go(20);
  store.commit(updating("t", { geometry: { kind: "bbox", bbox: [1, 1, 5, 5] } }), "Move");
  store.go(90);
  store.undo();
  expect(went).toEqual([20]);
});

test("what others do shows at once", () => {
  const { store, remote, at } = video();
  store.go(12);
  remote(deleting("k10"));
  expect(store.snapshot().document.shapes).toEqual([]);
  remote(updating("k20", { geometry: { kind: "bbox", bbox: [7, 0, 1, 1] } }));
  expect(at(20)).toEqual([["t", 7]]);
});

test("a shape of no track is on its frame only", () => {
  const { at, store, shape } = video([{ ...box("loose", 3), frame: 50 }]);
  expect(at(50)).toEqual([["t", 40], ["loose", 3]]);
  expect(at(51)).toEqual([["t", 40]]);
  store.go(50);
  store.commit(updating("loose", { class: "d" }), "Change the class");
  expect(shape("loose")?.class).toBe("d");
  store.commit(deleting("loose"), "Delete");
  expect(shape("loose")).toBeUndefined();
});

test("keyframes before and behind a frame", () => {
  const tracks = [...tracksOf([key("a", 10), key("b", 20, OUTSIDE), { ...key("c", 15), track: "u" }]).values()];
  expect(nextKey(tracks, 10, 1)).toBe(15);
  expect(nextKey(tracks, 15, 1)).toBe(20);
  expect(nextKey(tracks, 20, 1)).toBeNull();
  expect(nextKey(tracks, 20, -1)).toBe(15);
  expect(nextKey(tracks, 10, -1)).toBeNull();
  const [first] = tracks;
  if (!first) throw new Error("no track");
  expect(spansOf(first, 100)).toEqual([[10, 19]]);
  expect(placeAt(first, 15)).toMatchObject({ isKey: false, to: null });
});
