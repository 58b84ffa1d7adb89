import { expect, it } from "vitest";
import type { Format } from "@/api/types";
import { accepted, guess, prose } from "./formats";

const format = (name: string, extensions: string[]): Format => ({
  name,
  title: name,
  import: true,
  export: true,
  lossless: true,
  keeps: [],
  loses: [],
  extensions,
});

it("accepts a format's endings and archives", () => {
  expect(accepted(format("coco", ["json", ".zip"]))).toBe(".json,.zip");
});

it("guesses only where one format fits", () => {
  const formats = [format("coco", ["json"]), format("labelme", ["json"]), format("voc", ["xml"])];
  expect(guess("a.XML", formats)).toBe("voc");
  expect(guess("a.json", formats)).toBeNull();
});

it("reads lists and sentences alike", () => {
  expect(prose(["polygons", "classes"])).toBe("polygons, classes");
  expect(prose("holes")).toBe("holes");
  expect(prose(null)).toBe("");
});
