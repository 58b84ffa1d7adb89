import { expect, it } from "vitest";
import { asCsv, isArchive, isJunk, isLabels, refusal, refusals, speed, summary, type Upload } from "./uploads";

const upload = (id: number, patch: Partial<Upload>): Upload => ({
  id,
  name: `${id}.jpg`,
  size: 100,
  state: "waiting",
  progress: 0,
  reason: "",
  ...patch,
});

it("weighs progress by size and counts what is over as sent", () => {
  const uploads = [
    upload(1, { state: "done" }),
    upload(2, { size: 300, state: "sending", progress: 0.5 }),
    upload(3, { state: "failed" }),
    upload(4, { size: 500 }),
  ];
  expect(summary(uploads)).toMatchObject({ total: 4, finished: 2, failed: 1, duplicates: 0, fraction: 0.35, active: true });
});

it("is quiet without uploads, and where all that is left is paused", () => {
  expect(summary([])).toMatchObject({ fraction: 0, active: false });
  expect(summary([upload(1, { state: "done" }), upload(2, { state: "paused", progress: 0.5 })])).toMatchObject({
    active: false,
    paused: 1,
    fraction: 0.75,
  });
});

it("counts a file as sent while the server works on it", () => {
  const zip = upload(1, { name: "a.zip", state: "processing", progress: 0.1 });
  expect(summary([zip])).toMatchObject({ fraction: 1, active: true, finished: 0 });
});

it("refuses empty files and archives that are not opened", () => {
  expect(refusal({ name: "set.tar.gz", size: 9 })).toMatch(/ZIP/);
  expect(refusal({ name: "a.jpg", size: 0 })).toMatch(/empty/);
  expect(refusal({ name: "a.jpg", size: 9 })).toBeNull();
  expect(refusal({ name: "a.zip", size: 9 })).toBeNull();
});

it("tells archives, labels and junk by their names", () => {
  expect(["a.ZIP", "b/c.zip"].every(isArchive)).toBe(true);
  expect(["a.json", "b.XML"].every(isLabels)).toBe(true);
  expect(["a/.DS_Store", "__MACOSX/a.jpg", "b/Thumbs.db", ".git/config"].every(isJunk)).toBe(true);
  expect(isJunk("a.b/c.jpg")).toBe(false);
});

it("lists what did not come in, of ZIPs member by member, as a table that runs no formulas", () => {
  const uploads = [
    upload(1, { state: "failed", reason: 'no "picture"' }),
    upload(2, { state: "done" }),
    upload(3, { name: "=1+1.jpg", state: "duplicate", reason: "Already here as a.jpg" }),
    upload(4, { name: "a.zip", state: "done", skipped: [{ item: "x.txt", reason: "no picture" }] }),
  ];
  expect(asCsv(refusals(uploads)).split("\r\n")).toEqual([
    "file,reason",
    '"1.jpg","no ""picture"""',
    '"\'=1+1.jpg","Already here as a.jpg"',
    '"a.zip: x.txt","no picture"',
  ]);
});

it("measures the speed over the last ten seconds, once there is a second of it", () => {
  expect(speed([])).toBeNull();
  expect(speed([{ at: 0, bytes: 0 }, { at: 500, bytes: 10 }])).toBeNull();
  expect(speed([{ at: 0, bytes: 0 }, { at: 20_000, bytes: 1000 }, { at: 22_000, bytes: 3000 }])).toBe(1000);
});
