import { describe, expect, it } from "vitest";
import { colorsOf, fieldRows, metricRows, movedTo, orderBy, readIds, toCsv } from "./compare";

const ids = ["a", "b", "c"].map((letter) => letter.repeat(8) + "-0000-0000-0000-000000000000");

it("reads ids from an address, each once", () => {
  expect(readIds(new URLSearchParams({ ids: `${ids[0]},${ids[1]},${ids[0]},nonsense` }))).toEqual([ids[0], ids[1]]);
  expect(readIds(new URLSearchParams())).toEqual([]);
});

it("keeps a run's colour whatever the order, and never gives one twice", () => {
  const colors = colorsOf(ids);
  expect(colorsOf([...ids].reverse())).toEqual(colors);
  const many = Array.from({ length: 20 }, (_, index) => `run-${index}`);
  expect(new Set(colorsOf(many).values()).size).toBe(20);
});

it("moves a column to where it was dropped", () => {
  expect(movedTo(["a", "b", "c"], "a", "c")).toEqual(["b", "c", "a"]);
  expect(movedTo(["a", "b", "c"], "c", "a")).toEqual(["c", "a", "b"]);
  expect(movedTo(["a", "b"], "x", "a")).toEqual(["a", "b"]);
});

describe("fields", () => {
  const fields = [
    { path: "architecture", values: ["unet", "unet"], differs: false },
    { path: "hyperparameters.learning_rate", values: [0.001, 0.01], differs: true },
    { path: "hyperparameters.epochs", values: [null, 4], differs: true },
    { path: "snapshot", values: ["s1", "s2"], differs: true },
  ];
  const name = (id: string) => `snapshot ${id}`;

  it("mark what the first column does not have", () => {
    const rows = fieldRows(fields, [1, 0], true, name);
    expect(rows.map(({ label, cells }) => [label, cells.map(({ text }) => text)])).toEqual([
      ["Snapshot", ["snapshot s2", "snapshot s1"]],
      ["Learning rate", ["0.01", "0.001"]],
      ["Epochs", ["4", "automatic"]],
    ]);
    expect(rows[1]?.cells.map(({ differs }) => differs)).toEqual([false, true]);
  });

  it("come with those that are the same on request", () => {
    expect(fieldRows(fields, [0, 1], false, name)).toHaveLength(4);
  });
});

describe("metrics", () => {
  const metrics = [
    { name: "system/cpu_percent", values: [1, 2], last: [1, 2], best: null },
    { name: "train/loss", values: [0.3, 0.2], last: [0.35, 0.4], best: 1 },
    { name: "val/iou/a", values: [0.1, null], last: [0.1, null], best: 0 },
    { name: "val/miou", values: [0.5, 0.6], last: [0.5, 0.4], best: 1 },
  ];

  it("follow the columns and know who is best", () => {
    const rows = metricRows(metrics, [1, 0], "best");
    expect(rows.map(({ name, best }) => [name, best])).toEqual([
      ["val/miou", 0],
      ["val/iou/a", 1],
      ["train/loss", 0],
    ]);
    expect(metricRows([{ name: "val/f1", values: [0.5, 0.5], last: [0.5, 0.5], best: 0 }], [0, 1], "best")[0]?.best).toBeNull();
    expect(metricRows(metrics, [0, 1], "last").map(({ best }) => best)).toEqual([0, 0, 0]);
  });

  it("order the columns, the best first", () => {
    const [miou, iou, loss] = metricRows(metrics, [0, 1], "best");
    expect(miou && orderBy(miou, ["a", "b"])).toEqual(["b", "a"]);
    expect(iou && orderBy(iou, ["a", "b"])).toEqual(["a", "b"]);
    expect(loss && orderBy(loss, ["a", "b"])).toEqual(["b", "a"]);
  });
});

it("writes a table that a spreadsheet reads and does not run", () => {
  const rows = metricRows([{ name: "val/miou", values: [0.5], last: [0.5], best: 0 }], [0], "best");
  const fields = fieldRows([{ path: "weights", values: ['=HYPERLINK("x"),'], differs: true }], [0], true, String);
  expect(toCsv([{ id: "1", name: "a,b" }], rows, fields)).toBe(',"a,b"\r\nid,1\r\nval/miou,0.5\r\nweights,"\'=HYPERLINK(""x""),"\r\n');
});
