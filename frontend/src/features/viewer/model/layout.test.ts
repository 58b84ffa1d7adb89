import fc from "fast-check";
import { expect, test } from "vitest";
import { gridFor } from "./layout";

test("wide images lie below each other in a tall room, tall ones beside each other in a wide one", () => {
  expect(gridFor(2, { width: 2000, height: 1000 }, { width: 800, height: 800 })).toMatchObject({ columns: 1, rows: 2 });
  expect(gridFor(2, { width: 1000, height: 2000 }, { width: 800, height: 800 })).toMatchObject({ columns: 2, rows: 1 });
  expect(gridFor(4, { width: 1000, height: 1000 }, { width: 900, height: 900 })).toMatchObject({ columns: 2, rows: 2 });
});

test("every pane has a place, in the room", () => {
  const side = fc.integer({ min: 50, max: 4000 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), side, side, side, side, (panes, width, height, wide, high) => {
      const grid = gridFor(panes, { width, height }, { width: wide, height: high });
      expect(grid.columns * grid.rows).toBeGreaterThanOrEqual(panes);
      expect((grid.rows - 1) * grid.columns).toBeLessThan(panes);
      expect(grid.columns * grid.pane.width).toBeLessThanOrEqual(wide);
      expect(grid.rows * grid.pane.height).toBeLessThanOrEqual(high);
    }),
  );
});
