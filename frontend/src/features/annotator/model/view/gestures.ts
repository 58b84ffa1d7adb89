/**
 * Which pointer draws and which one moves the picture. Fed with raw pointers in screen pixels, answers with what is
 * to happen. A pen that was once here draws alone: fingers then pan and pinch. Without one, the first finger draws,
 * and a second finger within reach turns both into a pinch.
 */

export interface RawPointer {
  readonly id: number;
  readonly type: "mouse" | "pen" | "touch";
  readonly x: number;
  readonly y: number;
  readonly button: number;
}

export type Effect =
  | { readonly kind: "down" | "move" | "up"; readonly x: number; readonly y: number }
  | { readonly kind: "cancel" }
  | { readonly kind: "pan"; readonly dx: number; readonly dy: number }
  | { readonly kind: "pinch"; readonly ratio: number; readonly x: number; readonly y: number };

/** A finger that has moved less than this may still become half of a pinch. */
const SLACK = 8;

interface Place {
  x: number;
  y: number;
}

type Mode =
  | { kind: "idle" }
  /** A finger is down, and nobody knows yet whether it draws. */
  | { kind: "pending"; id: number; at: Place }
  | { kind: "tool"; id: number }
  | { kind: "pan"; ids: number[] };

export interface Gestures {
  readonly panning: boolean;
  down(pointer: RawPointer, wantsPan: boolean): Effect[];
  move(pointer: Omit<RawPointer, "button">): Effect[];
  up(pointer: Omit<RawPointer, "button">): Effect[];
  /** The browser took the pointer away: what it began is given up. */
  lost(id: number): Effect[];
}

export function createGestures(): Gestures {
  const fingers = new Map<number, Place>();
  let mode: Mode = { kind: "idle" };
  let pen = false;

  function down(pointer: RawPointer, wantsPan: boolean): Effect[] {
    const { id, type, x, y, button } = pointer;
    const at = { x, y };
    if (type === "pen") pen = true;
    if (type === "touch") return touch(id, at, wantsPan);
    // While a pen or mouse draws, its other buttons change nothing.
    if (mode.kind === "tool") return [];
    if (button === 1 || (button === 0 && wantsPan)) {
      fingers.set(id, at);
      mode = { kind: "pan", ids: [id] };
      return [];
    }
    mode = { kind: "tool", id };
    return [{ kind: "down", x, y }];
  }

  function touch(id: number, at: Place, wantsPan: boolean): Effect[] {
    fingers.set(id, at);
    if (mode.kind === "idle") {
      mode = pen || wantsPan ? { kind: "pan", ids: [id] } : { kind: "pending", id, at };
      return [];
    }
    if (mode.kind === "pending") {
      mode = { kind: "pan", ids: [mode.id, id] };
      return [];
    }
    if (mode.kind === "pan") {
      if (mode.ids.length < 2) mode = { kind: "pan", ids: [...mode.ids, id] };
      return [];
    }
    // A pen that draws goes on drawing; a finger that draws gives way to the pinch.
    const drawing = mode.id;
    if (!fingers.has(drawing)) return [];
    mode = { kind: "pan", ids: [drawing, id] };
    return [{ kind: "cancel" }];
  }

  function move({ id, x, y }: Omit<RawPointer, "button">): Effect[] {
    const before = fingers.get(id);
    if (before) fingers.set(id, { x, y });
    switch (mode.kind) {
      case "idle":
        return [{ kind: "move", x, y }];
      case "pending": {
        if (id !== mode.id || Math.hypot(x - mode.at.x, y - mode.at.y) < SLACK) return [];
        const { at } = mode;
        mode = { kind: "tool", id };
        return [
          { kind: "down", ...at },
          { kind: "move", x, y },
        ];
      }
      case "tool":
        return id === mode.id ? [{ kind: "move", x, y }] : [];
      case "pan":
        return before && mode.ids.includes(id) ? moved(mode.ids, id, before, { x, y }) : [];
    }
  }

  function moved(ids: readonly number[], id: number, before: Place, now: Place): Effect[] {
    const otherId = ids.find((one) => one !== id);
    const other = otherId === undefined ? undefined : fingers.get(otherId);
    if (!other) return [{ kind: "pan", dx: now.x - before.x, dy: now.y - before.y }];
    const ratio = distance(now, other) / Math.max(1, distance(before, other));
    // Zooming about the middle of the two, which itself has moved by half of what the finger has.
    return [
      { kind: "pan", dx: (now.x - before.x) / 2, dy: (now.y - before.y) / 2 },
      { kind: "pinch", ratio, x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 },
    ];
  }

  function up({ id, x, y }: Omit<RawPointer, "button">): Effect[] {
    fingers.delete(id);
    const was = mode;
    if (was.kind === "pan") {
      const ids = was.ids.filter((one) => one !== id);
      mode = ids.length > 0 ? { kind: "pan", ids } : { kind: "idle" };
      return [];
    }
    if (was.kind === "idle" || was.id !== id) return [];
    mode = { kind: "idle" };
    if (was.kind === "tool") return [{ kind: "up", x, y }];
    return [
      { kind: "down", ...was.at },
      { kind: "up", x, y },
    ];
  }

  function lost(id: number): Effect[] {
    const drew = mode.kind === "tool" && mode.id === id;
    if (drew) mode = { kind: "idle" };
    if (mode.kind === "pending" && mode.id === id) mode = { kind: "idle" };
    const [gone] = [fingers.get(id) ?? { x: 0, y: 0 }];
    if (!drew) up({ id, type: "touch", ...gone });
    fingers.delete(id);
    return drew ? [{ kind: "cancel" }] : [];
  }

  return {
    get panning() {
      return mode.kind === "pan";
    },
    down,
    move,
    up,
    lost,
  };
}

function distance(a: Place, b: Place): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
