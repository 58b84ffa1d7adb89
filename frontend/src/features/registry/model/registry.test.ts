import fc from "fast-check";
import { expect, test } from "vitest";
import { bestOf, domainOf, gateSentence, type Interval, type Measured, metricOf, points, roleSentence, together, verdict } from "./registry";

const row = (miou: number | null, interval: Interval | null = null): Measured => ({ metrics: miou === null ? null : { miou }, intervals: interval && { miou: interval } });
const miou = metricOf("miou");

test("the best is known unless all are the same", () => {
  expect(bestOf([0.4, null, 0.6])).toBe(2);
  expect(bestOf([0.4, 0.6], true)).toBe(0);
  expect(bestOf([0.4, 0.4])).toBe(-1);
  expect(bestOf([null])).toBe(-1);
});

test("a difference counts where intervals do not meet", () => {
  expect(verdict(row(0.8, [0.75, 0.85]), row(0.6, [0.55, 0.65]), miou)).toBe("better");
  expect(verdict(row(0.6, [0.55, 0.65]), row(0.8, [0.75, 0.85]), miou)).toBe("worse");
  expect(verdict(row(0.8, [0.7, 0.9]), row(0.75, [0.7, 0.8]), miou)).toBe("unclear");
  expect(verdict(row(0.8), row(0.7), miou)).toBe("unclear");
  expect(verdict(row(null), row(0.7), miou)).toBe("unknown");
  const ece = { metrics: { ece: 0.3 }, intervals: { ece: [0.28, 0.32] as Interval } };
  const less = { metrics: { ece: 0.1 }, intervals: { ece: [0.08, 0.12] as Interval } };
  expect(verdict(less, ece, metricOf("ece"))).toBe("better");
});

test("the scale of a column holds every interval of it", () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(share, share, share), { minLength: 1 }), (triples) => {
      const rows = triples.map((three) => {
        const [low = 0, value = 0, high = 0] = three.toSorted((a, b) => a - b);
        return row(value, [low, high]);
      });
      const [from, to] = domainOf(rows, "miou") ?? [1, 0];
      for (const { intervals } of rows) {
        expect(from).toBeLessThan(intervals?.["miou"]?.[0] ?? -1);
        expect(to).toBeGreaterThan(intervals?.["miou"]?.[1] ?? 2);
      }
    }),
  );
  expect(domainOf([row(null)], "miou")).toBeNull();
});

test("differences carry their sign", () => {
  expect(points(0.0123)).toBe("+1.2");
  expect(points(-0.004)).toBe("−0.4");
  expect(points(-0.0001)).toBe("±0.0");
  expect(points(null)).toBe("–");
});

test("one failed gate is enough, and what is not known is not passed", () => {
  const gate = (passed: boolean | null) => ({ id: "", name: "", passed, value: null, minimum: 0.5 });
  expect(together([])).toBe("none");
  expect(together([gate(true), gate(true)])).toBe("passed");
  expect(together([gate(true), gate(null)])).toBe("unknown");
  expect(together([gate(null), gate(false)])).toBe("failed");
});

test("promoting says what is replaced", () => {
  expect(roleSentence("champion", "A", "B")).toContain("A replaces B as champion");
  expect(roleSentence("champion", "A", null)).toContain("becomes");
});

test("a gate says what it wants and what there is", () => {
  const gate = { metric: "miou", class: null, split: "val", minimum: 0.8 };
  expect(gateSentence(gate, 0.79996, "May")).toBe("Mean IoU on the validation images of May has to be at least 80 %, and is 79.99 %.");
  expect(gateSentence({ ...gate, class: { name: "door" } }, 0.5, "May")).toBe("IoU of door on the validation images of May has to be at least 80 %, and is 50 %.");
  expect(gateSentence({ ...gate, split: "test" }, null, "May")).toContain("never measured there");
});
