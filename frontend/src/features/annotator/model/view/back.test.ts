import { expect, test } from "vitest";
import { readBack } from "./back";

const of = (back: string) => readBack(new URLSearchParams({ back }), "p1");

test("the page that somebody came from has its name", () => {
  expect(of("/projects/p1/artifacts/a1/viewer?asset=x&order=name")).toEqual({ path: "/projects/p1/artifacts/a1/viewer?asset=x&order=name", title: "Back to evaluation" });
  expect(of("/projects/p1/label-check?at=f")?.title).toBe("Back to label check");
  expect(of("/projects/p1/runs/r")?.title).toBe("Back");
});

test("no way leads out of the project", () => {
  expect(readBack(new URLSearchParams(), "p1")).toBeNull();
  for (const path of ["https://elsewhere.example/", "//elsewhere.example/", "/projects/p2/data", "/projects/p1", "/projects/p1/../p2/data", "/projects/p1/..", "/projects/p1/\\elsewhere"]) {
    expect(of(path), path).toBeNull();
  }
});
