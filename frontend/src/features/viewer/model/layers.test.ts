import { expect, test } from "vitest";
import { LAYERS, MOST_PANES, offered, toggled } from "./layers";

test("a layer comes in the order of the layers, and the last one stays", () => {
  expect(toggled(["image", "errors"], "truth")).toEqual(["image", "truth", "errors"]);
  expect(toggled(["image", "truth"], "image")).toEqual(["truth"]);
  expect(toggled(["truth"], "truth")).toEqual(["truth"]);
});

test("there are never more than six panes", () => {
  const six = LAYERS.slice(0, MOST_PANES).map(({ id }) => id);
  expect(toggled(six, "cell")).toEqual(six);
});

test("layers of a second model or a cell are offered where there is one", () => {
  const ids = (has: Parameters<typeof offered>[0]) => offered(has).map(({ id }) => id);
  expect(ids({ against: null, cell: null })).not.toContain("other");
  expect(ids({ against: "b", cell: null })).toContain("difference");
  expect(ids({ against: null, cell: "1,2" })).toContain("cell");
});
