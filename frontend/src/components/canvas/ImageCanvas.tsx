import { ActionIcon, Loader, Text, Tooltip } from "@mantine/core";
import { type PointerEvent, type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { IconFit, IconZoomIn, IconZoomOut } from "../icons";
import { useShortcut } from "../shortcuts";
import { drawImage, drawShapes, prepare, shapeAt } from "./draw";
import classes from "./ImageCanvas.module.css";
import type { Shape } from "./model/paths";
import { toImage } from "./model/viewport";
import { useViewport } from "./useViewport";

interface Props {
  src: string;
  width: number;
  height: number;
  shapes: readonly Shape[];
  opacity: number;
  label: string;
  active?: string | null;
  onActive?: (id: string | null) => void;
  children?: ReactNode;
}

interface Loaded {
  src: string;
  image: HTMLImageElement | null;
}

/** An image with shapes over it, to zoom and pan. Two canvases: hovering a shape redraws the shapes alone. */
export function ImageCanvas({ src, width, height, shapes, opacity, label, active = null, onActive, children }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const imageLayer = useRef<HTMLCanvasElement>(null);
  const shapeLayer = useRef<HTMLCanvasElement>(null);
  const pointers = useRef(new Map<number, { x: number; y: number }>());
  const [loaded, setLoaded] = useState<Loaded>({ src: "", image: null });
  const [dragging, setDragging] = useState(false);
  const { view, viewport, zoom, pan, reset, actualSize } = useViewport(box, { width, height });
  const drawables = useMemo(() => prepare(shapes), [shapes]);
  const ready = loaded.src === src;

  useEffect(() => {
    let current = true;
    const image = new Image();
    image.onload = () => current && setLoaded({ src, image });
    image.onerror = () => current && setLoaded({ src, image: null });
    image.src = src;
    return () => {
      current = false;
    };
  }, [src]);

  useEffect(() => {
    for (const canvas of [imageLayer.current, shapeLayer.current]) {
      if (!canvas) continue;
      canvas.width = Math.round(view.width * window.devicePixelRatio);
      canvas.height = Math.round(view.height * window.devicePixelRatio);
    }
  }, [view]);

  useEffect(() => {
    if (!imageLayer.current || !viewport || !loaded.image) return undefined;
    const { current: canvas } = imageLayer;
    const { image } = loaded;
    const frame = requestAnimationFrame(() => drawImage(canvas, image, width, height, viewport));
    return () => cancelAnimationFrame(frame);
  }, [viewport, view, loaded, width, height]);

  useEffect(() => {
    if (!shapeLayer.current || !viewport) return undefined;
    const { current: canvas } = shapeLayer;
    const visible = ready ? drawables : [];
    const frame = requestAnimationFrame(() => drawShapes(canvas, visible, viewport, { opacity, active }));
    return () => cancelAnimationFrame(frame);
  }, [viewport, view, drawables, opacity, active, ready]);

  const at = (event: PointerEvent) => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0 && event.button !== 1) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    pointers.current.set(event.pointerId, at(event));
    setDragging(true);
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    const before = pointers.current.get(event.pointerId);
    const now = at(event);
    if (!before) {
      const context = shapeLayer.current?.getContext("2d");
      if (!context || !viewport || !onActive) return;
      const hit = shapeAt(context, drawables, ...toImage(viewport, now.x, now.y));
      onActive(hit?.id ?? null);
      return;
    }
    const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
    pointers.current.set(event.pointerId, now);
    if (other) {
      const ratio = distance(now, other) / Math.max(1, distance(before, other));
      zoom(ratio, (now.x + other.x) / 2, (now.y + other.y) / 2);
    } else pan(now.x - before.x, now.y - before.y);
  };
  const onPointerEnd = (event: PointerEvent<HTMLDivElement>) => {
    pointers.current.delete(event.pointerId);
    setDragging(pointers.current.size > 0);
  };

  useShortcut("+ | =", "Zoom in", () => zoom(1.3), "Image");
  useShortcut("-", "Zoom out", () => zoom(1 / 1.3), "Image");
  useShortcut("0", "Whole image", reset, "Image");
  useShortcut("1", "Actual pixels", actualSize, "Image");

  return (
    <div className={classes.root}>
      <div
        ref={box}
        className={classes.view}
        data-dragging={dragging || undefined}
        role="img"
        aria-label={label}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerEnd}
        onPointerCancel={onPointerEnd}
        onPointerLeave={() => onActive?.(null)}
        onDoubleClick={reset}
      >
        <canvas ref={imageLayer} className={classes.layer} />
        <canvas ref={shapeLayer} className={classes.layer} />
        {!ready && <Loader size="sm" className={classes.loader} />}
        {ready && loaded.image === null && (
          <Text size="sm" c="dimmed" className={classes.loader}>
            The image could not be loaded.
          </Text>
        )}
      </div>
      {children}
      <div className={classes.tools}>
        <ToolButton label="Zoom out (-)" onClick={() => zoom(1 / 1.3)}>
          <IconZoomOut />
        </ToolButton>
        <Text size="xs" className={classes.scale} aria-live="off">
          {viewport ? `${Math.round(viewport.scale * 100)} %` : ""}
        </Text>
        <ToolButton label="Zoom in (+)" onClick={() => zoom(1.3)}>
          <IconZoomIn />
        </ToolButton>
        <ToolButton label="Whole image (0)" onClick={reset}>
          <IconFit />
        </ToolButton>
      </div>
    </div>
  );
}

function ToolButton({ label, onClick, children }: { label: string; onClick: () => void; children: ReactNode }) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

function distance(a: { x: number; y: number }, b: { x: number; y: number }): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
