import { expect, test } from "vitest";
import { type Comment, nextThread, pinned, threadsOf } from "./threads";

let clock = 0;

function comment(id: string, more: Partial<Comment> = {}): Comment {
  clock += 1;
  const nothing = { parent: null, x: null, y: null, frame: null, annotation: null, author: null, edited_at: null, resolved_at: null, resolved_by: null };
  return { id, asset: "a", text: id, created_at: new Date(clock * 1000).toISOString(), ...nothing, ...more };
}

test("answers lie below what they answer, and settled threads behind the open ones", () => {
  const all = [comment("one", { resolved_at: "now" }), comment("two"), comment("again", { parent: "two" }), comment("three")];
  const threads = threadsOf(all.toReversed());
  expect(threads.map(({ first, number }) => [first.id, number])).toEqual([
    ["two", 2],
    ["three", 3],
    ["one", 1],
  ]);
  expect(threads[0]?.answers.map(({ id }) => id)).toEqual(["again"]);
});

test("pins are those with a place, on the frame that is shown", () => {
  const threads = threadsOf([comment("whole"), comment("here", { x: 0, y: 0 }), comment("later", { x: 1, y: 1, frame: 7 })]);
  expect(pinned(threads, null).map(({ first }) => first.id)).toEqual(["here", "later"]);
  expect(pinned(threads, 7).map(({ first }) => first.id)).toEqual(["later"]);
});

test("one goes round the open threads", () => {
  const threads = threadsOf([comment("one"), comment("done", { resolved_at: "now" }), comment("two")]);
  expect(nextThread(threads, null, 1)?.first.id).toBe("one");
  expect(nextThread(threads, "one", 1)?.first.id).toBe("two");
  expect(nextThread(threads, "two", 1)?.first.id).toBe("one");
  expect(nextThread(threads, "one", -1)?.first.id).toBe("two");
  expect(nextThread([], "one", 1)).toBeNull();
});
