import { expect, it } from "vitest";
import { refusal, summary, type Upload } from "./uploads";

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
  expect(summary(uploads)).toEqual({ total: 4, finished: 2, failed: 1, duplicates: 0, fraction: 0.35, active: true });
});

it("is quiet without uploads", () => {
  expect(summary([])).toMatchObject({ fraction: 0, active: false });
});

it("sends archives elsewhere and refuses empty files", () => {
  expect(refusal({ name: "set.ZIP", size: 9 })).toMatch(/Import/);
  expect(refusal({ name: "a.jpg", size: 0 })).toMatch(/empty/);
  expect(refusal({ name: "a.jpg", size: 9 })).toBeNull();
});
