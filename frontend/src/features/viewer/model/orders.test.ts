import { expect, test } from "vitest";
import { orderOf, ordersFor, shownFor } from "./orders";

const ROW = { miou: 0.5, loss: 1.234, confidence: 0.9, entropy: 0.1, iou: null, pixels: 40, share: 0.25, disagreement: 0.3 };

test("some orders need a cell or a second model", () => {
  expect(ordersFor({ cell: null, against: null })).not.toContain("-pixels");
  expect(ordersFor({ cell: "1,2", against: "b" })).toEqual(expect.arrayContaining(["-pixels", "-disagreement"]));
  expect(orderOf("nonsense", { cell: null, against: null })).toBe("miou");
  expect(orderOf(null, { cell: "1,2", against: null })).toBe("-pixels");
});

test("beside a name stands what the list is ordered by", () => {
  expect(shownFor("miou", ROW).text).toBe("50 %");
  expect(shownFor("-loss", ROW).text).toBe("1.23");
  expect(shownFor("-pixels", ROW)).toEqual({ text: "40 px", title: "Pixels of the cell: 25 % of what is truth there" });
  expect(shownFor("-disagreement", ROW).text).toBe("30 %");
  expect(shownFor("iou", ROW).text).toBe("–");
});
