import { describe, expect, it } from "vitest";
import { createGestures, type RawPointer } from "./gestures";

const mouse = (x: number, y: number, button = 0): RawPointer => ({ id: 1, type: "mouse", x, y, button });
const pen = (x: number, y: number): RawPointer => ({ id: 2, type: "pen", x, y, button: 0 });
const finger = (id: number, x: number, y: number): RawPointer => ({ id, type: "touch", x, y, button: 0 });

describe("a mouse", () => {
  it("draws with its main button and hovers without", () => {
    const gestures = createGestures();
    expect(gestures.move(mouse(1, 1))).toEqual([{ kind: "move", x: 1, y: 1 }]);
    expect(gestures.down(mouse(1, 1), false)).toEqual([{ kind: "down", x: 1, y: 1 }]);
    expect(gestures.move(mouse(5, 6))).toEqual([{ kind: "move", x: 5, y: 6 }]);
    expect(gestures.up(mouse(5, 6))).toEqual([{ kind: "up", x: 5, y: 6 }]);
  });

  it("pans with the middle button, and with the main one while Space is held", () => {
    for (const [button, space] of [
      [1, false],
      [0, true],
    ] as const) {
      const gestures = createGestures();
      expect(gestures.down(mouse(10, 10, button), space)).toEqual([]);
      expect(gestures.panning).toBe(true);
      expect(gestures.move(mouse(13, 6))).toEqual([{ kind: "pan", dx: 3, dy: -4 }]);
      expect(gestures.up(mouse(13, 6))).toEqual([]);
      expect(gestures.panning).toBe(false);
    }
  });
});

describe("fingers", () => {
  it("draw with one: a tap is a click, a drag begins where the finger came down", () => {
    const gestures = createGestures();
    expect(gestures.down(finger(7, 10, 10), false)).toEqual([]);
    expect(gestures.up(finger(7, 11, 10))).toEqual([
      { kind: "down", x: 10, y: 10 },
      { kind: "up", x: 11, y: 10 },
    ]);
    gestures.down(finger(8, 10, 10), false);
    expect(gestures.move(finger(8, 12, 10))).toEqual([]);
    expect(gestures.move(finger(8, 30, 10))).toEqual([
      { kind: "down", x: 10, y: 10 },
      { kind: "move", x: 30, y: 10 },
    ]);
  });

  it("pinch with two, and nothing is drawn", () => {
    const gestures = createGestures();
    gestures.down(finger(7, 100, 100), false);
    gestures.down(finger(8, 200, 100), false);
    expect(gestures.move(finger(8, 300, 100))).toEqual([
      { kind: "pan", dx: 50, dy: 0 },
      { kind: "pinch", ratio: 2, x: 200, y: 100 },
    ]);
    expect(gestures.up(finger(8, 300, 100))).toEqual([]);
    expect(gestures.move(finger(7, 105, 100))).toEqual([{ kind: "pan", dx: 5, dy: 0 }]);
    expect(gestures.up(finger(7, 105, 100))).toEqual([]);
  });

  it("give up a stroke that a second finger turns into a pinch", () => {
    const gestures = createGestures();
    gestures.down(finger(7, 100, 100), false);
    gestures.move(finger(7, 130, 100));
    expect(gestures.down(finger(8, 200, 100), false)).toEqual([{ kind: "cancel" }]);
    expect(gestures.panning).toBe(true);
  });

  it("only pan once there was a pen, also while it draws nothing", () => {
    const gestures = createGestures();
    gestures.down(pen(1, 1), false);
    expect(gestures.down(finger(7, 50, 50), false)).toEqual([]);
    expect(gestures.move(pen(4, 4))).toEqual([{ kind: "move", x: 4, y: 4 }]);
    gestures.up(pen(4, 4));
    gestures.up(finger(7, 50, 50));
    gestures.down(finger(7, 50, 50), false);
    expect(gestures.move(finger(7, 60, 50))).toEqual([{ kind: "pan", dx: 10, dy: 0 }]);
  });

  it("that the browser takes away give up what they began", () => {
    const gestures = createGestures();
    gestures.down(pen(1, 1), false);
    expect(gestures.lost(2)).toEqual([{ kind: "cancel" }]);
    gestures.down(finger(7, 1, 1), true);
    expect(gestures.lost(7)).toEqual([]);
    expect(gestures.panning).toBe(false);
  });
});
