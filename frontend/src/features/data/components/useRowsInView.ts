import { type RefObject, useLayoutEffect, useState } from "react";

/** Taller elements than this are cut by some browsers. */
const MOST_PIXELS = 16_000_000;
const OVERSCAN = 3;

/** How many rows of this height an element can show. */
export function showable(rows: number, pitch: number): number {
  return Math.min(rows, Math.floor(MOST_PIXELS / pitch));
}

/** The rows of an element that are near the window, all of them equally high: [first, last]. */
export function useRowsInView(box: RefObject<HTMLElement | null>, rows: number, pitch: number): readonly [number, number] {
  const [range, setRange] = useState<readonly [number, number]>([0, 0]);
  useLayoutEffect(() => {
    const look = () => {
      if (!box.current) return;
      const { top } = box.current.getBoundingClientRect();
      const first = Math.max(0, Math.floor(-top / pitch) - OVERSCAN);
      const last = Math.min(rows - 1, Math.floor((window.innerHeight - top) / pitch) + OVERSCAN);
      setRange((before) => (before[0] === first && before[1] === last ? before : [first, last]));
    };
    look();
    window.addEventListener("scroll", look, { passive: true });
    window.addEventListener("resize", look);
    // What lies above may grow: a panel that opens moves the rows without a scroll.
    const observer = new ResizeObserver(look);
    observer.observe(document.body);
    return () => {
      window.removeEventListener("scroll", look);
      window.removeEventListener("resize", look);
      observer.disconnect();
    };
  }, [box, rows, pitch]);
  return range;
}
