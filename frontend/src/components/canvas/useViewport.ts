import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { centred, fit, panned, type Size, type Viewport, zoomAt } from "./model/viewport";

const WHEEL_SPEED = 0.0016;

/** Zoom and pan of an image in a box: wheel, drag, pinch, and functions for buttons and keys. */
export function useViewport(box: RefObject<HTMLDivElement | null>, image: Size) {
  const [view, setView] = useState<Size>({ width: 0, height: 0 });
  const [viewport, setViewport] = useState<Viewport | null>(null);
  const touched = useRef(false);
  const { width, height } = image;

  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => {
      setView({ width: element.clientWidth, height: element.clientHeight });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);

  const reset = useCallback(() => {
    touched.current = false;
    if (view.width > 0) setViewport(fit({ width, height }, view));
  }, [width, height, view]);

  // A new image starts whole; a resized box keeps what the person zoomed to.
  useEffect(() => {
    touched.current = false;
  }, [width, height]);
  useEffect(() => {
    if (!touched.current) reset();
  }, [reset]);

  const zoom = useCallback(
    (factor: number, x = view.width / 2, y = view.height / 2) => {
      touched.current = true;
      const smallest = Math.min(1, fit({ width, height }, view).scale) / 2;
      setViewport((current) => current && zoomAt(current, factor, x, y, smallest));
    },
    [width, height, view],
  );

  const pan = useCallback(
    (dx: number, dy: number) => {
      touched.current = true;
      setViewport((current) => current && panned(current, dx, dy, { width, height }, view));
    },
    [width, height, view],
  );

  const actualSize = useCallback(() => {
    touched.current = true;
    setViewport(centred({ width, height }, view, 1));
  }, [width, height, view]);

  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const { left, top } = element.getBoundingClientRect();
      zoom(Math.exp(-event.deltaY * WHEEL_SPEED), event.clientX - left, event.clientY - top);
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, [box, zoom]);

  return { view, viewport, zoom, pan, reset, actualSize };
}
