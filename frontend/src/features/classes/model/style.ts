import type { LabelClass } from "@/api/types";

/** Colours that stay apart for most kinds of colour vision, in the order in which new classes take them. */
export const PALETTE = [
  "#0072b2",
  "#e69f00",
  "#009e73",
  "#cc79a7",
  "#d55e00",
  "#56b4e9",
  "#f0e442",
  "#7a5cc4",
  "#8c564b",
  "#5f8a00",
  "#c2185b",
  "#708090",
];

/** The first colour of the palette that no class has yet. */
export function freshColor(classes: readonly Pick<LabelClass, "color">[]): string {
  const taken = new Set(classes.map(({ color }) => color.toLowerCase()));
  return PALETTE.find((color) => !taken.has(color)) ?? PALETTE[classes.length % PALETTE.length] ?? "#0072b2";
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
