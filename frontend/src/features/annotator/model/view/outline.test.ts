import { describe, expect, it } from "vitest";
import type { Raster } from "../types";
import { outlinePath } from "./outline";

function raster(rows: string[], x = 0, y = 0): Raster {
  const width = rows[0]?.length ?? 0;
  const data = Uint8Array.from(rows.flatMap((row) => [...row].map((cell) => (cell === "#" ? 1 : 0))));
  return { x, y, width, height: rows.length, data };
}

/** Even-odd fill of the path's rings, counted at the middle of every pixel. */
function filled(path: string, width: number, height: number): string[] {
  const sides: { x: number; low: number; high: number }[] = [];
  for (const ring of path.split("Z").filter((one) => one !== "")) {
    let [x, y] = [0, 0];
    const first = { x: 0, y: 0 };
    for (const [, kind, text] of ring.matchAll(/([MHV])([\d ]+)/g)) {
      const numbers = (text ?? "").split(" ").map(Number);
      if (kind === "M") [x = 0, y = 0] = numbers;
      if (kind === "M") Object.assign(first, { x, y });
      if (kind === "H") x = numbers[0] ?? 0;
      if (kind === "V") {
        const to = numbers[0] ?? 0;
        sides.push({ x, low: Math.min(y, to), high: Math.max(y, to) });
        y = to;
      }
    }
    if (y !== first.y) sides.push({ x, low: Math.min(y, first.y), high: Math.max(y, first.y) });
  }
  return Array.from({ length: height }, (_, row) =>
    Array.from({ length: width }, (_, column) => {
      const crossed = sides.filter(({ x, low, high }) => x > column + 0.5 && row + 0.5 > low && row + 0.5 < high);
      return crossed.length % 2 === 1 ? "#" : ".";
    }).join(""),
  );
}

describe("the outline of a mask", () => {
  it("goes round one pixel where it lies", () => {
    expect(outlinePath(raster(["#"], 3, 4))).toBe("M3 4H4V5H3V4Z");
  });

  it.each([
    [["#"]],
    [["##", "#."]],
    [["###", "#.#", "###"]],
    [["#.#", ".#.", "#.#"]],
    [["#####", "#...#", "#.#.#", "#...#", "#####"]],
    [[".#.", "###", ".#."]],
    [["....", "...."]],
    [["##..##", "#....#", "##..##"]],
  ])("fills just the mask again: %j", (rows) => {
    expect(filled(outlinePath(raster(rows)), rows[0]?.length ?? 0, rows.length)).toEqual(rows);
  });

  it("fills random masks again", () => {
    let seed = 7;
    const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
    for (let round = 0; round < 60; round += 1) {
      const [width, height] = [1 + Math.floor(random() * 9), 1 + Math.floor(random() * 9)];
      const rows = Array.from({ length: height }, () =>
        Array.from({ length: width }, () => (random() < 0.55 ? "#" : ".")).join(""),
      );
      expect(filled(outlinePath(raster(rows)), width, height)).toEqual(rows);
    }
  });
});
