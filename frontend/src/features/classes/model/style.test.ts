import { expect, it } from "vitest";
import type { LabelClass } from "@/api/types";
import { colorProblem, freeColors, look, reordered } from "./style";

const named = (id: string, position: number) => ({ id, position, color: "#000000" }) as LabelClass;

it("offers the colours that no class has", () => {
  expect(freeColors([])).toContain("#0072b2");
  expect(freeColors([{ color: "#0072B2" }])).not.toContain("#0072b2");
});

it("refuses what is no colour, and a colour twice", () => {
  expect(colorProblem("", [])).toBeNull();
  expect(colorProblem("blue", [])).toMatch(/#0072b2/);
  expect(colorProblem("#0072B2", [{ name: "sky", color: "#0072b2" }])).toBe("“sky” has this colour.");
  expect(colorProblem("#0072b3", [{ name: "sky", color: "#0072b2" }])).toBeNull();
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
