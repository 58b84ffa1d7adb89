import { expect, test } from "vitest";
import { readAddress, withAddress } from "./address";

const read = (query: string) => readAddress(new URLSearchParams(query));

test("an empty address shows the worst images in four panes", () => {
  expect(read("")).toMatchObject({ asset: null, order: "miou", panes: ["image", "truth", "prediction", "errors"], mode: "grid", left: "truth", right: "prediction", hidden: [] });
});

test("a cell is ordered by its pixels and shown", () => {
  expect(read("cell=2,1")).toMatchObject({ order: "-pixels", cell: "2,1", panes: ["image", "truth", "prediction", "cell"] });
});

test("what does not belong together falls back", () => {
  expect(read("order=-pixels").order).toBe("miou");
  expect(read("order=-disagreement").order).toBe("miou");
  expect(read("panes=difference,other,truth").panes).toEqual(["truth"]);
  expect(read("left=difference&right=nothing")).toMatchObject({ left: "truth", right: "prediction" });
  expect(read("cell=a,b&label=-1&step=x&hidden=1,y,3")).toMatchObject({ cell: null, label: null, step: null, hidden: [1, 3] });
});

test("panes come once, and at most six of them", () => {
  expect(read("panes=truth,truth,image").panes).toEqual(["truth", "image"]);
  expect(read("against=b&cell=1,2&panes=image,truth,prediction,errors,confidence,entropy,other,cell").panes).toHaveLength(6);
});

test("what is written is read again, and what goes without saying is not written", () => {
  const search = withAddress(new URLSearchParams("tag=night"), { asset: "a", panes: ["truth", "errors"], mode: "slider", hidden: [2], step: 40, order: "miou" });
  expect(search.toString()).toBe("tag=night&asset=a&panes=truth%2Cerrors&mode=slider&hidden=2&step=40");
  expect(readAddress(search)).toMatchObject({ asset: "a", panes: ["truth", "errors"], mode: "slider", hidden: [2], step: 40 });
  expect(withAddress(search, { asset: null, mode: "grid", hidden: [], step: null, panes: [] }).toString()).toBe("tag=night");
});

test("of a cell another order than the one that goes without saying is kept", () => {
  const search = withAddress(new URLSearchParams("cell=2,1"), { order: "miou" });
  expect(readAddress(search).order).toBe("miou");
});
