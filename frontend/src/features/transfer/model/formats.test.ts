import { expect, it } from "vitest";
import type { Format } from "@/api/types";
import { accepted, guess } from "./formats";

const format = (name: string, extensions: string[]): Format => ({
  name,
  title: name,
  import: true,
  export: true,
  lossless: true,
  keeps: "",
  loses: "",
  media: ["image"],
  tasks: ["semantic"],
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
