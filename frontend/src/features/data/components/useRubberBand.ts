import { type PointerEvent, type RefObject, useEffect, useEffectEvent, useRef, useState } from "react";
import type { Box } from "../model/viewSettings";

/** A movement shorter than this is a click. */
const LEAST = 6;
const EDGE = 48;
const FASTEST = 24;

interface Start {
  x: number;
  y: number;
  /** The pointer in the window, as it was last seen. */
  clientX: number;
  clientY: number;
  pulling: boolean;
  keep: boolean;
}

/** A box drawn with the mouse over an element, in its coordinates; the window scrolls along at its edges. */
export function useRubberBand(target: RefObject<HTMLElement | null>, onBand: (box: Box, keep: boolean, fresh: boolean) => void) {
  const [band, setBand] = useState<Box | null>(null);
  const start = useRef<Start | null>(null);

  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0 || event.pointerType !== "mouse" || !(event.target instanceof Element)) return;
    if (event.target.closest("input, button, [data-no-band]")) return;
    const { left, top } = event.currentTarget.getBoundingClientRect();
    start.current = {
      x: event.clientX - left,
      y: event.clientY - top,
      clientX: event.clientX,
      clientY: event.clientY,
      pulling: false,
      keep: event.shiftKey || event.ctrlKey || event.metaKey,
    };
  };

  const stretch = useEffectEvent(() => {
    const from = start.current;
    if (!from || !target.current) return;
    const { left, top } = target.current.getBoundingClientRect();
    const x = from.clientX - left;
    const y = from.clientY - top;
    if (!from.pulling && Math.hypot(x - from.x, y - from.y) < LEAST) return;
    const fresh = !from.pulling;
    from.pulling = true;
    const box = { left: Math.min(x, from.x), top: Math.min(y, from.y), right: Math.max(x, from.x), bottom: Math.max(y, from.y) };
    setBand(box);
    onBand(box, from.keep, fresh);
  });

  useEffect(() => {
    let frame = 0;
    const scroll = () => {
      const from = start.current;
      if (from?.pulling !== true) return;
      const speed = pull(from.clientY);
      if (speed !== 0) {
        window.scrollBy(0, speed);
        stretch();
      }
      frame = requestAnimationFrame(scroll);
    };
    const move = (event: globalThis.PointerEvent) => {
      const from = start.current;
      if (!from) return;
      from.clientX = event.clientX;
      from.clientY = event.clientY;
      const was = from.pulling;
      stretch();
      if (!was && start.current?.pulling === true) frame = requestAnimationFrame(scroll);
    };
    const end = () => {
      const pulled = start.current?.pulling === true;
      start.current = null;
      cancelAnimationFrame(frame);
      if (!pulled) return;
      setBand(null);
      // What is let go over an image is no click on it.
      const swallow = (event: MouseEvent) => {
        event.preventDefault();
        event.stopPropagation();
      };
      window.addEventListener("click", swallow, { capture: true, once: true });
      setTimeout(() => window.removeEventListener("click", swallow, { capture: true }), 0);
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", end);
    window.addEventListener("pointercancel", end);
    return () => {
      cancelAnimationFrame(frame);
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", end);
      window.removeEventListener("pointercancel", end);
    };
  }, []);

  return { band, onPointerDown };
}

/** How far to scroll in a frame while the pointer is at this height of the window. */
function pull(clientY: number): number {
  const below = clientY - (window.innerHeight - EDGE);
  if (below > 0) return Math.min(FASTEST, Math.ceil(below / 2));
  const above = EDGE * 3 - clientY;
  return above > 0 ? -Math.min(FASTEST, Math.ceil(above / 6)) : 0;
}
