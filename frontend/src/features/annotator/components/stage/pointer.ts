import type { Point, PointerInput } from "../../model/types";
import { createGestures, type Effect, type RawPointer } from "../../model/view/gestures";
import type { Stage } from "./stage";

export interface PointerHandlers {
  /** Whether a drag with the main button moves the picture just now (Space is held, or the hand is the tool). */
  wantsPan: () => boolean;
  down: (input: PointerInput) => void;
  move: (input: PointerInput) => void;
  up: (input: PointerInput) => void;
  double: (input: PointerInput) => void;
  /** What the pointer began is given up: it became a pinch, or the browser took it away. */
  cancel: () => void;
  /** Where the pointer is; null where it has left. */
  hover: (at: Point | null) => void;
  panning: (on: boolean) => void;
}

const WHEEL_SPEED = 0.0016;
const DOUBLE_MS = 350;
const DOUBLE_SLACK = 5;

/** Turns the browser's pointer events into moves of the picture and input of tools. Returns what undoes it. */
export function listen(host: HTMLElement, stage: Stage, handlers: PointerHandlers): () => void {
  const gestures = createGestures();
  const aborted = new AbortController();
  const { signal } = aborted;
  let lastDown = { time: -Infinity, x: 0, y: 0, count: 0 };
  let origin = { left: 0, top: 0 };

  const raw = (event: PointerEvent): RawPointer => ({
    id: event.pointerId,
    type: event.pointerType === "pen" || event.pointerType === "touch" ? event.pointerType : "mouse",
    x: event.clientX - origin.left,
    y: event.clientY - origin.top,
    button: event.button,
  });
  const measure = () => {
    const { left, top } = host.getBoundingClientRect();
    origin = { left, top };
  };
  const input = (event: PointerEvent, x: number, y: number): PointerInput => {
    const [imageX, imageY] = stage.toImage(x, y);
    return {
      x: imageX,
      y: imageY,
      button: Math.max(0, event.button),
      pressure: event.pointerType === "pen" && event.pressure > 0 ? event.pressure : 0.5,
      pen: event.pointerType === "pen",
      shift: event.shiftKey,
      alt: event.altKey,
      ctrl: event.ctrlKey || event.metaKey,
    };
  };

  const act = (event: PointerEvent, effects: readonly Effect[]) => {
    for (const effect of effects) {
      switch (effect.kind) {
        case "down":
          if (isDouble(event, effect.x, effect.y)) handlers.double(input(event, effect.x, effect.y));
          else handlers.down(input(event, effect.x, effect.y));
          break;
        case "move":
        case "up":
          handlers[effect.kind](input(event, effect.x, effect.y));
          break;
        case "cancel":
          handlers.cancel();
          break;
        case "pan":
          stage.pan(effect.dx, effect.dy);
          break;
        case "pinch":
          stage.zoom(effect.ratio, effect.x, effect.y);
          break;
      }
    }
    handlers.panning(gestures.panning);
  };

  // A double click is its second press, not the browser's dblclick: that comes after both releases.
  function isDouble(event: PointerEvent, x: number, y: number): boolean {
    const { time, count } = lastDown;
    const near = Math.hypot(x - lastDown.x, y - lastDown.y) < DOUBLE_SLACK;
    const again = event.button <= 0 && near && event.timeStamp - time < DOUBLE_MS && count === 1;
    lastDown = { time: event.timeStamp, x, y, count: again ? 0 : 1 };
    return again;
  }

  const on = <K extends keyof HTMLElementEventMap>(name: K, run: (event: HTMLElementEventMap[K]) => void, passive = true) =>
    host.addEventListener(name, run, { signal, passive });

  on("pointerdown", (event) => {
    measure();
    if (event.button > 2) return;
    host.setPointerCapture(event.pointerId);
    if (event.button === 1) event.preventDefault();
    act(event, gestures.down(raw(event), handlers.wantsPan()));
  }, false);
  on("pointermove", (event) => {
    if (event.buttons === 0) measure();
    // Brushes want every place the pen was at, not one a frame.
    const places = event.buttons > 0 ? event.getCoalescedEvents() : [];
    for (const place of places.length > 0 ? places : [event]) act(event, gestures.move({ ...raw(place), id: event.pointerId }));
    handlers.hover(stage.toImage(event.clientX - origin.left, event.clientY - origin.top));
  });
  on("pointerup", (event) => act(event, gestures.up(raw(event))));
  on("pointercancel", (event) => act(event, gestures.lost(event.pointerId)));
  on("pointerleave", (event) => {
    if (event.buttons === 0) handlers.hover(null);
  });
  on("contextmenu", (event) => event.preventDefault(), false);
  on("wheel", (event) => {
    event.preventDefault();
    measure();
    const [x, y] = [event.clientX - origin.left, event.clientY - origin.top];
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 33 : 1;
    // A trackpad's pinch comes as a wheel with Ctrl, its two-finger slide (Shift here) as one sideways.
    if (event.shiftKey || (event.deltaX !== 0 && !event.ctrlKey)) stage.pan(-(event.deltaX || event.deltaY) * unit, event.shiftKey ? 0 : -event.deltaY * unit);
    else stage.zoom(Math.exp(-event.deltaY * unit * WHEEL_SPEED * (event.ctrlKey ? 5 : 1)), x, y);
  }, false);
  return () => aborted.abort();
}
