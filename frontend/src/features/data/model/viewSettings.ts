/** How the images of a project are laid out. */
export type View = "list" | "s" | "m" | "l";

export interface Layout {
  columns: number;
  /** Of one cell, in CSS pixels. */
  width: number;
  /** From the top of one row to the top of the next. */
  pitch: number;
  gap: number;
  picture: number;
}

const GAP = 10;
const CAPTION = 30;
const TILES: Record<Exclude<View, "list">, { least: number; picture: number }> = {
  s: { least: 116, picture: 88 },
  m: { least: 190, picture: 150 },
  l: { least: 330, picture: 250 },
};
const ROW = 44;
const PHONE = 480;

/** How many cells lie beside each other in this much width, and how large they are. */
export function layoutOf(view: View, width: number): Layout {
  if (view === "list") return { columns: 1, width, pitch: ROW, gap: 0, picture: 36 };
  const phone = width > 0 && width < PHONE;
  const { least, picture } = TILES[view];
  const fitting = phone ? Math.min(least, { s: 100, m: 150, l: 300 }[view]) : least;
  const columns = Math.max(1, Math.floor((width + GAP) / (fitting + GAP)));
  const height = phone && view === "m" ? 112 : picture;
  return { columns, width: Math.max(0, (width - GAP * (columns - 1)) / columns), pitch: height + CAPTION + 2 + GAP, gap: GAP, picture: height };
}

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** The cells that a box touches, as places in the list; the box is given from the top left of the first cell. */
export function cellsIn({ columns, width, pitch, gap }: Layout, box: Box, length: number): number[] {
  const step = width + gap;
  const left = Math.max(0, Math.ceil((box.left - width) / step));
  const right = Math.min(columns - 1, Math.floor(box.right / step));
  const top = Math.max(0, Math.ceil((box.top - (pitch - gap)) / pitch));
  const bottom = Math.min(Math.ceil(length / columns) - 1, Math.floor(box.bottom / pitch));
  const cells: number[] = [];
  for (let row = top; row <= bottom; row += 1) {
    for (let column = left; column <= right; column += 1) {
      const index = row * columns + column;
      if (index < length) cells.push(index);
    }
  }
  return cells;
}
