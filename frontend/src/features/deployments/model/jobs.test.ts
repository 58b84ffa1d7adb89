import { expect, it } from "vitest";
import { jobTitle, resultOf } from "./jobs";

it("tells what a job came to", () => {
  const result = { images: 1200, predictions: 3000, failed: [{ item: "a.jpg", reason: "unreadable" }], failures: 4, download_url: "/file" };
  expect(resultOf({ result })).toEqual({ done: "1,200 images", predictions: 3000, failures: 4, failed: result.failed, url: "/file" });
  expect(resultOf({ result: { frames: 1 } })).toEqual({ done: "1 frame", predictions: null, failures: 0, failed: [], url: null });
  expect(resultOf({ result: null })).toBeNull();
});

it("names what it works on", () => {
  expect(jobTitle({ input: "video" })).toBe("Video");
});
