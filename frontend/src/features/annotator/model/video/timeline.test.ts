import fc from "fast-check";
import { expect, test } from "vitest";
import { box } from "../store/fixture";
import { keyNear, laneOf } from "./lane";
import { frameAtX, resized, shifted, showing, ticks, timeText, whole, xOf, zoomed } from "./timeline";
import { tracksOf } from "./tracks";

const COUNT = 500;
const scale = whole(COUNT, 1000);

test("a place on the timeline is the frame that is drawn there", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: COUNT - 1 }), fc.double({ min: 0.2, max: 50, noNaN: true }), fc.integer({ min: 0, max: 1000 }), (frame, factor, x) => {
      const near = showing(zoomed(scale, factor, x, COUNT), frame, COUNT);
      expect(frameAtX(near, xOf(near, frame), COUNT)).toBe(frame);
      expect(xOf(near, frame)).toBeGreaterThanOrEqual(0);
      expect(xOf(near, frame)).toBeLessThanOrEqual(1000);
    }),
  );
});

test("zooming keeps what lies under the pointer, and ends at all frames and at single ones", () => {
  const near = zoomed(scale, 4, 600, COUNT);
  expect(near.from + (600 * near.span) / 1000).toBeCloseTo(300);
  expect(zoomed(near, 1e-6, 0, COUNT)).toEqual(scale);
  const closest = zoomed(scale, 1e6, 500, COUNT);
  expect(closest.width / closest.span).toBeCloseTo(24);
});

test("moving ends at the first frame and at the last", () => {
  const near = zoomed(scale, 5, 500, COUNT);
  expect(shifted(near, -1e6, COUNT).from).toBe(0);
  expect(shifted(near, 1e6, COUNT).from).toBe(COUNT - near.span);
  expect(resized(near, 400, COUNT)).toMatchObject({ from: near.from, span: near.span, width: 400 });
});

test("marks are at round frames, with room for their numbers", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 100, max: 3000 }), (count, width) => {
      const large = ticks(whole(count, width), count).filter(({ isLarge }) => isLarge);
      large.forEach(({ x }, i) => i > 0 && expect(x - (large[i - 1]?.x ?? 0)).toBeGreaterThanOrEqual(70 - 1e-6));
      expect(large[0]?.frame).toBe(0);
    }),
  );
  expect(ticks(scale, COUNT).filter(({ isLarge }) => isLarge).map(({ frame }) => frame)).toEqual([0, 50, 100, 150, 200, 250, 300, 350, 400, 450]);
});

test("times read as on a film", () => {
  expect([0, 4.1, 59.999, 61.5, 3600].map(timeText)).toEqual(["0:00.00", "0:04.10", "1:00.00", "1:01.50", "60:00.00"]);
});

test("a track's lane shows where it is seen and its keyframes, close ones as one", () => {
  const key = (id: string, frame: number, more = {}) => ({ ...box(id, frame, more), track: "t", frame });
  const shapes = [key("a", 0), key("b", 100, { attributes: { outside: true } }), key("c", 200, { source: "assist" }), key("d", 201, { source: "assist" })];
  const track = tracksOf(shapes).get("t");
  if (!track) throw new Error("no track");
  const lane = laneOf(track, scale, COUNT, 12);
  expect(lane.bars).toBe("M0 9H200v6H0zM400 9H1000v6H400z");
  expect(lane.keys.match(/M/g)).toHaveLength(1);
  expect(lane.ends.match(/M/g)).toHaveLength(1);
  expect(lane.assisted.match(/M/g)).toHaveLength(1);
  expect(keyNear(track, scale, xOf(scale, 100) + 4)?.id).toBe("b");
  expect(keyNear(track, scale, 300)).toBeNull();
});
