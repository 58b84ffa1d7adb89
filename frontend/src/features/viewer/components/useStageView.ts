import { type PointerEvent, type RefObject, useEffect, useEffectEvent, useRef, useState } from "react";
import { fit, panned, type Size, toImage, type Viewport, zoomAt } from "@/components/canvas/model/viewport";

const WHEEL_SPEED = 0.0016;
/** A thumbnail-sized image is not blown up beyond this at first. */
const MOST_AT_FIRST = 6;

export interface StageView {
  viewport: Viewport | null;
  zoom: (factor: number) => void;
  fit: () => void;
  dragging: boolean;
  handlers: {
    onPointerDown: (event: PointerEvent<HTMLElement>) => void;
    onPointerMove: (event: PointerEvent<HTMLElement>) => void;
    onPointerUp: (event: PointerEvent<HTMLElement>) => void;
    onPointerCancel: (event: PointerEvent<HTMLElement>) => void;
    onPointerLeave: () => void;
    onDoubleClick: () => void;
  };
}

interface Props {
  stage: RefObject<HTMLElement | null>;
  image: Size;
  pane: Size;
  /** The space bar is held: the picture follows the pointer. */
  held: boolean;
  /** Where in the image the pointer is, both from 0 to 1; null when it has left. */
  onHover: (place: { x: number; y: number } | null) => void;
}

/** One zoom and pan for all panes: a place in a pane is the same place in every other. */
export function useStageView({ stage, image, pane, held, onHover }: Props): StageView {
  const [moved, setMoved] = useState<{ viewport: Viewport; of: string } | null>(null);
  const [dragging, setDragging] = useState(false);
  const pointers = useRef(new Map<number, { x: number; y: number }>());
  const last = useRef<{ x: number; y: number } | null>(null);
  // What a person zoomed to stays while other images of the same sides come, and another set of panes does not fit it.
  const of = `${image.width} ${image.height} ${Math.round(pane.width)} ${Math.round(pane.height)}`;
  const whole = pane.width > 0 ? fit(image, pane, MOST_AT_FIRST) : null;
  const viewport = moved?.of === of ? moved.viewport : whole;
  const smallest = whole === null ? 1 : Math.min(1, whole.scale) / 2;

  const change = (next: Viewport) => setMoved({ viewport: next, of });
  const zoomTo = (factor: number, x: number, y: number) => viewport && change(zoomAt(viewport, factor, x, y, smallest));
  const move = (dx: number, dy: number) => viewport && change(panned(viewport, dx, dy, image, pane));

  const onWheel = useEffectEvent((event: WheelEvent) => {
    const at = placeIn(event.target, event);
    if (at === null) return;
    event.preventDefault();
    zoomTo(Math.exp(-event.deltaY * WHEEL_SPEED), at.x, at.y);
  });
  useEffect(() => {
    const element = stage.current;
    if (!element) return undefined;
    // React's own wheel handlers are passive: they cannot hold the page still.
    const listener = (event: WheelEvent) => onWheel(event);
    element.addEventListener("wheel", listener, { passive: false });
    return () => element.removeEventListener("wheel", listener);
  }, [stage]);

  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    const at = placeIn(event.target, event);
    if (at === null || (event.button !== 0 && event.button !== 1)) return;
    if (event.target instanceof Element) event.target.setPointerCapture(event.pointerId);
    pointers.current.set(event.pointerId, at);
    setDragging(true);
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    const now = placeIn(event.target, event);
    if (now === null || viewport === null) {
      onHover(null);
      last.current = null;
      return;
    }
    const [x, y] = toImage(viewport, now.x, now.y);
    onHover({ x: x / image.width, y: y / image.height });
    const before = pointers.current.get(event.pointerId);
    if (!before) {
      if (held && last.current) move(event.clientX - last.current.x, event.clientY - last.current.y);
      last.current = { x: event.clientX, y: event.clientY };
      return;
    }
    const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
    pointers.current.set(event.pointerId, now);
    if (other) zoomTo(distance(now, other) / Math.max(1, distance(before, other)), (now.x + other.x) / 2, (now.y + other.y) / 2);
    else move(now.x - before.x, now.y - before.y);
  };
  const onPointerEnd = (event: PointerEvent<HTMLElement>) => {
    pointers.current.delete(event.pointerId);
    setDragging(pointers.current.size > 0);
  };
  return {
    viewport,
    dragging,
    zoom: (factor) => zoomTo(factor, pane.width / 2, pane.height / 2),
    fit: () => setMoved(null),
    handlers: {
      onPointerDown,
      onPointerMove,
      onPointerUp: onPointerEnd,
      onPointerCancel: onPointerEnd,
      onPointerLeave: () => {
        last.current = null;
        onHover(null);
      },
      onDoubleClick: () => setMoved(null),
    },
  };
}

/** Where in its pane an event happened; null outside of all panes. */
function placeIn(target: EventTarget | null, { clientX, clientY }: { clientX: number; clientY: number }): { x: number; y: number } | null {
  const pane = target instanceof Element ? target.closest("[data-pane]") : null;
  if (!pane) return null;
  const { left, top } = pane.getBoundingClientRect();
  return { x: clientX - left, y: clientY - top };
}

function distance(a: { x: number; y: number }, b: { x: number; y: number }): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
