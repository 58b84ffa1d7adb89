import type { Size } from "@/components/canvas/model/viewport";

export const GAP = 2;

export interface Grid {
  columns: number;
  rows: number;
  pane: Size;
}

/** Columns and rows for some panes, so that an image of these sides is shown as large as it can be. */
export function gridFor(panes: number, image: Size, room: Size): Grid {
  const grids = Array.from({ length: Math.max(1, panes) }, (_, index) => {
    const columns = index + 1;
    const rows = Math.ceil(panes / columns);
    return { columns, rows, pane: { width: side(room.width, columns), height: side(room.height, rows) } };
  });
  return grids.reduce((best, grid) => (scaleIn(grid, image) > scaleIn(best, image) * 1.001 ? grid : best));
}

function side(room: number, parts: number): number {
  return Math.max(0, (room - GAP * (parts - 1)) / parts);
}

function scaleIn({ pane }: Grid, image: Size): number {
  return Math.min(pane.width / Math.max(1, image.width), pane.height / Math.max(1, image.height));
}
