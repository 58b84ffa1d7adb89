import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { landed, nextStep, noPages, onlyPages, type Pages, placeOf, resized, rowAt, type Step, stepsOf, turned } from "./pages";

/** A server with cursors: a cursor names the row after which to go on, in either direction. */
function server(rows: readonly number[]) {
  return (step: Step, size: number) => {
    const list = step.chain === "front" ? rows : rows.toReversed();
    const from = (step.cursor === null ? 0 : list.indexOf(Number(step.cursor)) + 1) + step.skip;
    const page = list.slice(from, from + size);
    return { page, next: from + size < list.length ? String(page.at(-1)) : null };
  };
}

function reach(pages: Pages<number>, rows: readonly number[], first: number, last: number) {
  const read = server(rows);
  let now = pages;
  let requests = 0;
  for (let step = nextStep(now, first, last); step !== null; step = nextStep(now, first, last)) {
    const { page, next } = read(step, now.size);
    now = landed(now, step, page, next);
    requests += 1;
    if (requests > rows.length + 5) throw new Error("walks for ever");
  }
  return { pages: now, requests };
}

const list = (length: number) => Array.from({ length }, (_, index) => index);

describe("the pages of a long list", () => {
  it("hold the right rows wherever one jumps", () => {
    const jump = fc.tuple(fc.nat(120), fc.nat(20));
    fc.assert(
      fc.property(fc.nat(110), fc.integer({ min: 1, max: 9 }), fc.boolean(), fc.array(jump, { maxLength: 6 }), (length, size, both, jumps) => {
        const rows = list(length);
        let pages = noPages<number>(size, length, both);
        for (const [first, far] of jumps) {
          pages = reach(pages, rows, first, first + far).pages;
          for (let index = first; index <= Math.min(first + far, length - 1); index += 1) expect(rowAt(pages, index)).toBe(rows[index]);
        }
      }),
    );
  });

  it("learn how long the list is", () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(80), (length, guess) => {
        const { pages } = reach(noPages<number>(7, guess, false), list(length), 0, 200);
        expect(reach(pages, list(length), 0, 200).pages.length).toBe(guess === 0 ? 0 : length);
      }),
    );
  });

  it("reach any place with one request", () => {
    expect(reach(noPages<number>(10, 1000, true), list(1000), 990, 999).requests).toBe(1);
    expect(reach(noPages<number>(10, 1000, false), list(1000), 500, 509).requests).toBe(1);
  });

  it("skip no more than half the list", () => {
    expect(nextStep(noPages<number>(10, 1000, true), 700, 700)).toMatchObject({ chain: "back", skip: 290 });
    expect(nextStep(noPages<number>(10, 1000, true), 300, 300)).toMatchObject({ chain: "front", skip: 300 });
  });

  it("know where a row is, from either side", () => {
    const { pages } = reach(noPages<number>(10, 1000, true), list(1000), 985, 985);
    expect(placeOf(pages, (row) => row === 985)).toBe(985);
    expect(placeOf(pages, (row) => row === 3)).toBe(-1);
  });

  it("show what is left after rows went", () => {
    const before = reach(noPages<number>(10, 100, true), list(100), 0, 45).pages;
    const rows = list(100).filter((row) => row < 3 || row > 6);
    let now = onlyPages(before, stepsOf(before, 0, 15));
    const read = server(rows);
    for (const step of stepsOf(now, 0, 15).slice(0, 1)) {
      const { page, next } = read(step, 10);
      now = landed(now, step, page, next);
    }
    now = reach(resized(now, 96), rows, 0, 95).pages;
    expect(list(96).map((index) => rowAt(now, index))).toEqual(rows);
  });

  it("turn orders round, but for those whose empty rows stay last", () => {
    expect(turned("name")).toBe("-name");
    expect(turned("-created_at")).toBe("created_at");
    expect(turned("-uncertainty")).toBeNull();
  });
});
