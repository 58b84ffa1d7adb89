import { boxOf, clampTo, distance } from "../geometry/rings";
import type { Box, Geometry, Point, Tool, ToolContext } from "../types";
import { add } from "./commit";

export interface Click {
  readonly at: Point;
  readonly positive: boolean;
}

export interface Assisted {
  readonly geometry: Geometry | null;
  readonly score: number;
  readonly engine: string;
  readonly milliseconds: number;
}

/** Asks an engine what the clicks mean; rejects with an Error whose message is for the person. */
export type Assist = (clicks: readonly Click[], box: Box | null) => Promise<Assisted>;

const DRAG = 5;

/**
 * Click what to segment, right-click (or Alt) what not to, drag a box round it; every click refines the answer, Backspace
 * takes the last one back, Enter makes a shape of it. `changed` is called when an answer comes.
 */
export function smartTool(assist: Assist, changed: () => void): Tool {
  let clicks: Click[] = [];
  let box: Box | null = null;
  let answer: Assisted | null = null;
  let pressed: Point | null = null;
  let dragging: Point | null = null;
  let negative = false;
  let asked = 0;
  let waiting = false;

  const reset = () => {
    clicks = [];
    box = pressed = dragging = answer = null;
    waiting = false;
    asked += 1;
  };
  const ask = (context: ToolContext) => {
    if (clicks.length === 0 && box === null) {
      reset();
      return;
    }
    asked += 1;
    const mine = asked;
    waiting = true;
    assist(clicks, box).then(
      (found) => {
        // Of clicks that came in the meantime another answer is under way.
        if (mine !== asked) return;
        waiting = false;
        answer = found;
        if (found.geometry === null) context.tell("Nothing was found there. Click inside the object, or draw a box round it.");
        changed();
      },
      (error: unknown) => {
        if (mine !== asked) return;
        waiting = false;
        context.tell(error instanceof Error ? error.message : "The smart tool does not answer.");
        changed();
      },
    );
  };

  return {
    id: "smart",
    cursor: "crosshair",
    down(input, context) {
      if (input.button !== 0 && input.button !== 2) return;
      const { width, height } = context.document;
      if (input.x < 0 || input.y < 0 || input.x >= width || input.y >= height) return;
      pressed = [input.x, input.y];
      negative = input.button === 2 || input.alt;
    },
    move(input, context) {
      if (!pressed || negative) return;
      const here = clampTo([input.x, input.y], context.document.width, context.document.height);
      if (dragging || distance(pressed, here) * context.scale > DRAG) dragging = here;
    },
    up(_input, context) {
      if (!pressed) return;
      if (dragging) {
        box = boxOf(pressed, dragging);
        clicks = [];
      } else clicks = [...clicks, { at: pressed, positive: !negative }];
      pressed = dragging = null;
      ask(context);
    },
    act(action, context) {
      if (clicks.length === 0 && box === null) return false;
      switch (action) {
        case "accept": {
          if (waiting || answer?.geometry == null) return true;
          const { geometry, score } = answer;
          reset();
          const shape = add(context, geometry, "Smart segment", "assist", score);
          if (shape !== null) context.select([shape]);
          return true;
        }
        case "cancel":
          reset();
          return true;
        case "remove_point":
        case "delete":
        case "undo":
          if (clicks.length > 0) clicks = clicks.slice(0, -1);
          else box = null;
          ask(context);
          return true;
        default:
          return false;
      }
    },
    leave: reset,
    draft() {
      if (pressed && dragging) return { kind: "box", box: boxOf(pressed, dragging) };
      if (clicks.length === 0 && box === null) return null;
      return { kind: "clicks", points: clicks, box, geometry: answer?.geometry ?? null, waiting };
    },
  };
}
