import fc from "fast-check";
import { expect, test } from "vitest";
import { aheadOf, surplus } from "./ahead";
import { clockOf, pause, paused, play, type Player, seek, tick, withSpeed } from "./player";

const ALL = () => true;
const clock = clockOf(100, 10, null);

function run(player: Player, times: readonly number[], isLoaded: (frame: number) => boolean = ALL): number[] {
  return times.map((now) => (player = tick(player, now, clock, isLoaded)).frame);
}

test("frames are shown by the clock, and those whose time is over are left out", () => {
  expect(run(play(paused(0), 1000, clock), [1000, 1099, 1100, 1350, 1360, 2000])).toEqual([0, 0, 1, 3, 3, 10]);
});

test("at another speed the same frames pass in another time", () => {
  expect(run(play(paused(0, 2), 0, clock), [50, 500])).toEqual([1, 10]);
  const changed = withSpeed(tick(play(paused(0), 0, clock), 1000, clock, ALL), 0.5, 1000);
  expect(run(changed, [1000, 1200, 2000])).toEqual([10, 11, 15]);
});

test("it stops at the last frame, and begins again from there", () => {
  const end = tick(play(paused(90), 0, clock), 5000, clock, ALL);
  expect(end).toMatchObject({ frame: 99, state: "paused" });
  expect(play(end, 6000, clock)).toMatchObject({ frame: 0, state: "playing" });
});

test("what is not loaded is waited for, and the clock goes on from there", () => {
  const loaded = (frame: number) => frame <= 4;
  const waiting = tick(tick(play(paused(0), 0, clock), 450, clock, loaded), 900, clock, loaded);
  expect(waiting).toMatchObject({ frame: 4, state: "waiting" });
  const later = tick(waiting, 5000, clock, loaded);
  expect(later.frame).toBe(4);
  const on = tick(later, 5001, clock, ALL);
  expect(on).toMatchObject({ frame: 5, state: "playing" });
  expect(run(on, [5101, 5305])).toEqual([6, 8]);
});

test("a jump while it plays goes on from there, and a pause keeps the frame", () => {
  const there = seek(play(paused(0), 0, clock), 50, 1000, clock);
  expect(run(there, [1000, 1100])).toEqual([50, 51]);
  expect(tick(pause(there), 9000, clock, ALL).frame).toBe(50);
  expect(seek(there, -3, 0, clock).frame).toBe(0);
  expect(seek(there, 1e9, 0, clock).frame).toBe(99);
});

test("whatever is loaded when, playing never goes back and shows nothing that is not there", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 700 }), fc.integer({ min: 0, max: 99 })), { maxLength: 40 }), (steps) => {
      let player = play(paused(0), 0, clock);
      const loaded = new Set([0]);
      let now = 0;
      for (const [wait, frame] of steps) {
        loaded.add(frame);
        now += wait;
        const next = tick(player, now, clock, (each) => loaded.has(each));
        expect(next.frame).toBeGreaterThanOrEqual(player.frame);
        expect(loaded.has(next.frame)).toBe(true);
        player = next;
      }
    }),
  );
});

test("frames that do not come at a steady rate are shown at their own times", () => {
  const uneven = clockOf(4, 10, [1, 1.5, 1.6, 3]);
  expect([0, 0.49, 0.5, 0.6, 1.9, 2, 9].map((time) => uneven.frameAt(time))).toEqual([0, 0, 1, 2, 2, 3, 3]);
  expect(uneven.timeOf(2)).toBeCloseTo(0.6);
  for (const frame of [0, 1, 2, 3]) expect(uneven.frameAt(uneven.timeOf(frame))).toBe(frame);
});

test("every frame is shown at its own time, whatever the rate", () => {
  for (const fps of [23.976, 24, 29.97, 30, 59.94]) {
    const each = clockOf(5000, fps, null);
    for (let frame = 0; frame < 5000; frame += 7) expect(each.frameAt(each.timeOf(frame))).toBe(frame);
  }
});

test("the frame at hand is fetched first, then those one goes to", () => {
  expect(aheadOf(10, 100, 1, false).slice(0, 5)).toEqual([10, 11, 9, 12, 8]);
  expect(aheadOf(10, 100, -1, false).slice(0, 3)).toEqual([10, 9, 11]);
  expect(aheadOf(98, 100, 1, true)).toEqual([98, 99]);
});

test("what was used longest ago is given up first, and nothing that is wanted", () => {
  const sizes = new Map([[1, 10], [2, 10], [3, 10], [4, 10]]);
  expect(surplus(sizes, 40, new Set())).toEqual([]);
  expect(surplus(sizes, 25, new Set([1]))).toEqual([2, 3]);
  expect(surplus(sizes, 0, new Set([1, 2, 3, 4]))).toEqual([]);
});
