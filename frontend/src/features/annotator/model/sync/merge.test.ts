import fc from "fast-check";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Change, Shape, ShapeFields } from "../types";
import { FakeServer } from "./fixture/server";
import { Browser } from "./fixture/wires";
import { readShape, type WireShape } from "./wire";

const KINDS = ["edit", "edit", "edit", "up", "up", "down", "down", "down", "break", "connect", "close", "undo", "redo", "import"] as const;
const PEOPLE = 3;

interface Step {
  kind: (typeof KINDS)[number];
  who: number;
  pick: number;
  way: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(...KINDS),
  who: fc.nat(PEOPLE - 1),
  pick: fc.nat(30),
  way: fc.nat(9),
});

/** Everybody in one image, each with a line that does what the steps say; every value that is written is a new one. */
class World {
  readonly server = new FakeServer();
  private count = 0;
  readonly people = Array.from({ length: PEOPLE }, (_, at) => new Browser(this.server, `P${at}`, () => this.fresh("id")));
  /**
   * By operation and shape, what its author may overwrite: the values that they saw, or those beneath where what they
   * saw is an own change that was refused meanwhile.
   */
  readonly seen = new Map<string, Record<string, unknown[]>>();

  constructor() {
    // Others' values come back a little different, as the server's cleaning makes them.
    this.server.clean = (fields) => {
      const bbox = fields["bbox"] as number[] | undefined;
      return bbox ? { ...fields, bbox: [bbox[0] as number, 0, 1, 2.5] } : fields;
    };
    this.server.watch = (op, before, body) => {
      const seen = this.seen.get(`${op} ${before.id}`);
      if (seen === undefined) throw new Error("nobody wrote that");
      const now = token(readShape(before).shape);
      const names = body === null ? Object.keys(now) : Object.keys(now).filter((name) => name in body);
      for (const name of names) expect(seen[name], `${name} was overwritten unseen`).toContain(now[name]);
    };
    for (const browser of this.people) browser.open();
  }

  private fresh(word: string): string {
    this.count += 1;
    return `${word}${String(this.count).padStart(5, "0")}`;
  }

  shape(): Shape {
    const geometry = { kind: "bbox", bbox: [++this.count, 0, 1, 1] } as const;
    const rest = { track: null, frame: null, source: "human", score: null, attributes: {}, revision: 0 } as const;
    return { id: this.fresh("s"), class: this.fresh("c"), geometry, z: this.count % 3, ...rest };
  }

  async take({ kind, who, pick, way }: Step): Promise<void> {
    const browser = this.people[who] as Browser;
    if (kind === "edit") this.act(browser, () => browser.store.commit(this.change(browser, pick, way), "Edit"));
    else if (kind === "undo") this.act(browser, () => browser.store.undo());
    else if (kind === "redo") this.act(browser, () => browser.store.redo());
    else if (kind === "up") browser.deliverUp(way === 0, way % 2 === 1);
    else if (kind === "down") browser.deliverDown();
    else if (kind === "break") browser.break();
    else if (kind === "connect") browser.connect();
    else if (kind === "import" && way < 3) this.server.land([wireOf(this.shape())]);
    else if (kind === "close" && way < 5) {
      browser.close(way < 2);
      browser.open();
    }
    await vi.advanceTimersByTimeAsync(0);
  }

  private act(browser: Browser, work: () => void): void {
    const before = browser.store.snapshot().document;
    const known = new Set(browser.store.replica.ops.map(({ op }) => op));
    work();
    const { ops } = browser.store.replica;
    for (const { op, items } of ops) {
      if (known.has(op)) continue;
      for (const { id } of items) {
        const shape = before.shape(id);
        if (shape === undefined) continue;
        const beneath = ops.map((other) => (known.has(other.op) ? this.seen.get(`${other.op} ${id}`) : undefined));
        const values = Object.entries(token(shape)).map(([name, value]): [string, unknown[]] => [
          name,
          [value, ...beneath.flatMap((all) => all?.[name] ?? [])],
        ]);
        this.seen.set(`${op} ${id}`, Object.fromEntries(values));
      }
    }
  }

  private change(browser: Browser, pick: number, way: number): Change {
    const { shapes } = browser.store.snapshot().document;
    const some = shapes[pick % Math.max(1, shapes.length)];
    const other = shapes[(pick * 7 + 3) % Math.max(1, shapes.length)];
    const { geometry, ...rest } = this.shape();
    const fields: ShapeFields[] = [{ geometry }, { class: rest.class }, { z: this.count % 4 }, { geometry, class: rest.class }];
    const change = { create: [] as Shape[], update: [] as Change["update"][number][], delete: [] as string[] };
    if (way < 3 || some === undefined || other === undefined) change.create.push({ ...rest, geometry });
    else if (way < 8) change.update.push({ id: some.id, fields: fields[way % 4] as ShapeFields });
    else change.delete.push(some.id);
    if (way % 2 === 0 && some && other && other !== some) change.update.push({ id: other.id, fields: { geometry } });
    return change;
  }

  /** All come back, and everything is delivered. */
  async finish(): Promise<void> {
    for (let quiet = 0; quiet < 3; ) {
      let moved = false;
      for (const browser of this.people) {
        browser.connect();
        while (browser.deliverDown() || browser.deliverUp()) {
          moved = true;
          await vi.advanceTimersByTimeAsync(0);
        }
      }
      await vi.advanceTimersByTimeAsync(5000);
      quiet = moved ? 0 : quiet + 1;
    }
  }
}

/** Values that say who wrote them; the server leaves these of a geometry alone. */
function token({ class: name, geometry, z }: Shape): Record<string, unknown> {
  return { class: name, bbox: geometry.kind === "bbox" ? geometry.bbox[0] : null, z };
}

function wireOf({ geometry, ...rest }: Shape): { id: string } {
  return { ...rest, ...(geometry.kind === "bbox" ? { bbox: [...geometry.bbox] } : {}) };
}

function shown(shapes: readonly Shape[]): unknown[] {
  return shapes.map((shape) => ({ ...shape, attributes: { ...shape.attributes } }));
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("makes everybody see what the server has, whatever happens to the lines, and overwrites nobody unseen", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 120, size: "max" }), async (steps) => {
      vi.clearAllTimers();
      const world = new World();
      await vi.advanceTimersByTimeAsync(0);
      for (const one of steps) await world.take(one);
      await world.finish();
      const expected = world.server.read().results.map((wire: WireShape) => readShape(wire).shape);
      for (const browser of world.people) {
        expect(browser.store.replica.ops).toEqual([]);
        expect(shown(browser.store.snapshot().document.shapes)).toEqual(shown(expected));
        expect(browser.client.state().status).toEqual({ state: "saved", kept: 0 });
        expect(await browser.outbox.load(browser.name)).toEqual([]);
        browser.close(false);
      }
      const ops = world.server.log.flatMap((row) => (row.type === "change" && row.op ? [row.op] : []));
      expect(new Set(ops).size).toBe(ops.length);
    }),
    { numRuns: Number(process.env["MERGE_RUNS"] ?? 150), interruptAfterTimeLimit: 120_000, markInterruptAsFailure: true },
  );
}, 300_000);
