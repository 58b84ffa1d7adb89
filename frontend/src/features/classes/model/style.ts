import type { LabelClass } from "@/api/types";

/** The server's own colours for classes, in its order: a choice of swatches, while it takes the next one itself. */
const PALETTE = [
  "#e69f00",
  "#56b4e9",
  "#009e73",
  "#f0e442",
  "#0072b2",
  "#d55e00",
  "#cc79a7",
  "#8dd3c7",
  "#bebada",
  "#fb8072",
  "#80b1d3",
  "#b3de69",
  "#fccde5",
  "#bc80bd",
  "#ffed6f",
  "#7f7f7f",
];

type Coloured = Pick<LabelClass, "name" | "color">;

/** The colours of the palette that no class has. */
export function freeColors(classes: readonly Pick<LabelClass, "color">[]): string[] {
  const taken = new Set(classes.map(({ color }) => color.toLowerCase()));
  return PALETTE.filter((color) => !taken.has(color));
}

/** What is wrong with a colour, null where nothing is; "" leaves the choice to the server. */
export function colorProblem(color: string, others: readonly Coloured[]): string | null {
  if (color === "") return null;
  if (!/^#[0-9a-f]{6}$/i.test(color)) return "Use a colour such as #0072b2.";
  const same = others.find((other) => other.color.toLowerCase() === color.toLowerCase());
  return same ? `“${same.name}” has this colour.` : null;
}

/** A short text that changes whenever the look of any class does; overlays carry it in their address. */
export function look(classes: readonly Pick<LabelClass, "id" | "color">[]): string {
  let hash = 0;
  for (const { id, color } of classes) {
    for (const character of id + color) hash = (hash * 31 + character.charCodeAt(0)) | 0;
  }
  return (hash >>> 0).toString(36);
}

/** Position values that put `id` at `index` of the list; only the classes that move. */
export function reordered(classes: readonly LabelClass[], id: string, index: number): { id: string; position: number }[] {
  const rest = classes.filter((one) => one.id !== id);
  const moved = classes.find((one) => one.id === id);
  if (!moved) return [];
  const next = [...rest.slice(0, index), moved, ...rest.slice(index)];
  return next.flatMap((one, position) => (one.position === position ? [] : [{ id: one.id, position }]));
}
