import { expect, it } from "vitest";
import type { Format } from "@/api/types";
import { losses } from "./losses";

const format = (media: Format["media"], tasks: Format["tasks"]): Format => ({
  name: "some",
  title: "Some",
  import: true,
  export: true,
  lossless: true,
  keeps: "",
  loses: "",
  extensions: [],
  media,
  tasks,
});

it("says nothing where the format holds what the project has", () => {
  expect(losses(format(["image"], ["semantic", "instance"]), { media: "image", task: "instance" })).toEqual([]);
});

it("says what becomes of videos and of objects", () => {
  const told = losses(format(["image"], ["semantic"]), { media: "video", task: "instance" });
  expect(told).toHaveLength(2);
  expect(told[0]).toContain("frames");
  expect(told[1]).toContain("one area");
});
