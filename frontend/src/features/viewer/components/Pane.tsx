import { Loader } from "@mantine/core";
import { type CSSProperties, useEffect, useRef } from "react";
import type { Size } from "@/components/canvas/model/viewport";
import type { Label } from "../model/indices";
import { LAYERS, type LayerId } from "../model/layers";
import { layerUrl, type Source } from "../api/urls";
import { HEAT_GRADIENT } from "../model/heat";
import { type LayerState, useLayer } from "./useLayer";
import classes from "./Stage.module.css";

export interface Shown {
  source: Source;
  labels: readonly Label[];
  hidden: readonly number[];
  opacity: number;
  image: Size;
  /** Screen pixels of one pixel of the image. */
  scale: number;
  name: string;
}

interface Props extends Shown {
  layer: LayerId;
  /** What this layer is called here: a second model by its name. */
  title?: string | undefined;
}

/** One layer over the image. The stage says where the image lies, for all panes alike. */
export function Pane({ layer, title, ...shown }: Props) {
  const state = useLayer(layer === "image" ? null : layer, shown.source, shown.labels);
  const { title: known, key } = LAYERS.find(({ id }) => id === layer) ?? { title: layer, key: "" };
  const name = title ?? known;
  return (
    <figure className={classes.pane} data-pane={layer} aria-label={`${name} of ${shown.name}`}>
      <Plane {...shown}>{layer !== "image" && <Overlay state={state} {...shown} />}</Plane>
      <span className={classes.ghost} />
      <figcaption className={classes.caption}>
        <kbd>{key}</kbd>
        <span title={name}>{name}</span>
        {(layer === "confidence" || layer === "entropy") && state.state === "ready" && <HeatKey />}
      </figcaption>
      {layer !== "image" && <Trouble state={state} />}
    </figure>
  );
}

/** The image, zoomed and moved as the stage says. */
export function Plane({ source, image, scale, name, children }: Shown & { children?: React.ReactNode }) {
  const sides = { width: image.width, height: image.height, "--smooth": scale >= 3 ? "pixelated" : "auto" } as CSSProperties;
  return (
    <div className={classes.plane} style={sides}>
      <img key={source.asset} src={layerUrl("image", source) ?? ""} alt={name} draggable={false} />
      {children}
    </div>
  );
}

export function Overlay({ state, hidden, opacity, image, scale }: { state: LayerState } & Shown) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const drawn = state.state === "ready" ? state.drawn : null;
  const left = hidden.join(",");
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!drawn || !context) return;
    context.canvas.width = drawn.width;
    context.canvas.height = drawn.height;
    context.putImageData(new ImageData(drawn.paint(left === "" ? [] : left.split(",").map(Number)), drawn.width, drawn.height), 0, 0);
  }, [drawn, left]);
  if (!drawn) return null;
  // Masks are looked through; marks and maps of values are what is looked at.
  const strength = drawn.raster ? opacity : Math.min(1, opacity * 1.6);
  // Seen from close by, a mask has pixels and a map of values is smooth.
  const isEnlarged = scale * (image.width / drawn.width) > 1.5;
  return <canvas ref={canvas} className={classes.overlay} style={{ opacity: strength, imageRendering: isEnlarged && drawn.values === null ? "pixelated" : "auto" }} />;
}

export function Trouble({ state }: { state: LayerState }) {
  if (state.state === "loading") return <Loader size="xs" className={classes.loader} aria-label="Loading" />;
  if (state.state === "ready") return null;
  return (
    <p className={classes.trouble} role={state.state === "failed" ? "alert" : undefined}>
      {state.message}
      {state.state === "failed" && (
        <button type="button" onPointerDown={(event) => event.stopPropagation()} onClick={state.retry}>
          Try again
        </button>
      )}
    </p>
  );
}

function HeatKey() {
  return (
    <span className={classes.heatKey} aria-label="Dark is 0 %, bright is 100 %">
      0<i style={{ background: HEAT_GRADIENT }} />1
    </span>
  );
}
