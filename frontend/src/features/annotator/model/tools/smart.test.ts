import { expect, test } from "vitest";
import type { Geometry } from "../types";
import { type Assisted, smartTool } from "./smart";
import { Workbench } from "./workbench";

const found: Geometry = { kind: "bbox", bbox: [1, 2, 3, 4] };

function setUp() {
  const asked: { clicks: number; answer: (found: Assisted) => void; fail: (error: Error) => void }[] = [];
  let changes = 0;
  const tool = smartTool(
    (clicks) => new Promise((answer, fail) => asked.push({ clicks: clicks.length, answer, fail })),
    () => (changes += 1),
  );
  return { asked, tool, bench: new Workbench(), changes: () => changes };
}
const answered = (geometry: Geometry | null = found): Assisted => ({ geometry, score: 0.9, engine: "classical", milliseconds: 3 });
const settled = () => new Promise((done) => setTimeout(done));

test("a click asks, Enter makes a shape of the answer", async () => {
  const { asked, tool, bench } = setUp();
  bench.click(tool, 20, 20);
  expect(tool.draft(bench.context)).toMatchObject({ kind: "clicks", waiting: true });
  tool.act("accept", bench.context);
  expect(bench.shapes).toHaveLength(0);
  asked[0]?.answer(answered());
  await settled();
  tool.act("accept", bench.context);
  expect(bench.shapes).toMatchObject([{ geometry: found, source: "assist", score: 0.9, class: "cat" }]);
  expect(tool.draft(bench.context)).toBeNull();
});

test("more clicks refine, of both kinds; an answer that comes late is dropped", async () => {
  const { asked, tool, bench } = setUp();
  bench.click(tool, 20, 20);
  bench.click(tool, 40, 40, { button: 2 });
  expect(asked.map(({ clicks }) => clicks)).toEqual([1, 2]);
  asked[1]?.answer(answered({ kind: "bbox", bbox: [9, 9, 9, 9] }));
  asked[0]?.answer(answered());
  await settled();
  expect(tool.draft(bench.context)).toMatchObject({
    points: [{ positive: true }, { positive: false }],
    geometry: { bbox: [9, 9, 9, 9] },
    waiting: false,
  });
});

test("Backspace takes the last click back, Escape all of them", () => {
  const { asked, tool, bench } = setUp();
  bench.click(tool, 20, 20);
  bench.click(tool, 30, 30);
  tool.act("remove_point", bench.context);
  expect(asked.map(({ clicks }) => clicks)).toEqual([1, 2, 1]);
  tool.act("cancel", bench.context);
  expect(tool.draft(bench.context)).toBeNull();
  expect(tool.act("remove_point", bench.context)).toBe(false);
});

test("a drag is a box", () => {
  const { tool, bench, asked } = setUp();
  bench.drag(tool, [[10, 10], [20, 20], [40, 30]]);
  expect(tool.draft(bench.context)).toMatchObject({ kind: "clicks", box: [10, 10, 30, 20] });
  expect(asked).toHaveLength(1);
});

test("what goes wrong is said, and the clicks stay", async () => {
  const { asked, tool, bench, changes } = setUp();
  bench.click(tool, 20, 20);
  asked[0]?.fail(new Error("The inference server does not answer."));
  await settled();
  expect([bench.told, changes()]).toEqual([["The inference server does not answer."], 1]);
  expect(tool.draft(bench.context)).toMatchObject({ waiting: false });
});
