import { expect, it } from "vitest";
import type { LabelClass } from "@/api/types";
import { freshColor, look, PALETTE, reordered } from "./style";

const named = (id: string, position: number) => ({ id, position, color: "#000000" }) as LabelClass;

it("gives new classes colours of their own", () => {
  expect(freshColor([])).toBe(PALETTE[0]);
  expect(freshColor([{ color: "#0072B2" }])).toBe(PALETTE[1]);
});

it("notices a changed colour", () => {
  expect(look([{ id: "a", color: "#111111" }])).not.toBe(look([{ id: "a", color: "#111112" }]));
});

it("moves a class and names only the positions that change", () => {
  const classes = [named("a", 0), named("b", 1), named("c", 2), named("d", 3)];
  expect(reordered(classes, "c", 0)).toEqual([
    { id: "c", position: 0 },
    { id: "a", position: 1 },
    { id: "b", position: 2 },
  ]);
  expect(reordered(classes, "a", 0)).toEqual([]);
});
