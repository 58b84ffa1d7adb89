import { type KeyboardEvent, type PointerEvent, useState } from "react";
import { LAYERS, type LayerId } from "../model/layers";
import { Overlay, Plane, type Shown, Trouble } from "./Pane";
import classes from "./Stage.module.css";
import { useLayer } from "./useLayer";

interface Props extends Shown {
  left: LayerId;
  right: LayerId;
  titleOf: (layer: LayerId) => string;
}

const STEP = 2;

/** Two layers over one image, parted by a line that is drawn to and fro. */
export function SliderPane({ left, right, titleOf, ...shown }: Props) {
  const [place, setPlace] = useState(50);
  const [leftState, rightState] = [useLayer(left === "image" ? null : left, shown.source, shown.labels), useLayer(right === "image" ? null : right, shown.source, shown.labels)];
  const put = (next: number) => setPlace(Math.min(100, Math.max(0, next)));
  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    event.stopPropagation();
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    event.stopPropagation();
    const box = event.currentTarget.closest("[data-pane]")?.getBoundingClientRect();
    if (box) put(((event.clientX - box.left) / box.width) * 100);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const next = { ArrowLeft: place - STEP, ArrowRight: place + STEP, Home: 0, End: 100, PageDown: place - 5 * STEP, PageUp: place + 5 * STEP }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    put(next);
  };
  return (
    <figure className={classes.pane} data-pane="slider" aria-label={`${titleOf(left)} against ${titleOf(right)} of ${shown.name}`}>
      <Plane {...shown} />
      {left !== "image" && (
        <div className={classes.half} style={{ clipPath: `inset(0 ${100 - place}% 0 0)` }}>
          <div className={classes.plane} style={shown.image}>
            <Overlay state={leftState} {...shown} />
          </div>
        </div>
      )}
      {right !== "image" && (
        <div className={classes.half} style={{ clipPath: `inset(0 0 0 ${place}%)` }}>
          <div className={classes.plane} style={shown.image}>
            <Overlay state={rightState} {...shown} />
          </div>
        </div>
      )}
      <span
        className={classes.divider}
        style={{ left: `${place}%` }}
        role="slider"
        tabIndex={0}
        aria-label={`${titleOf(left)} to the left, ${titleOf(right)} to the right`}
        aria-valuenow={Math.round(place)}
        aria-valuemin={0}
        aria-valuemax={100}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onDoubleClick={(event) => {
          event.stopPropagation();
          put(50);
        }}
        onKeyDown={onKeyDown}
      />
      <span className={classes.caption}>
        <kbd>{keyOf(left)}</kbd>
        {titleOf(left)}
      </span>
      <span className={classes.caption} data-right>
        {titleOf(right)}
        <kbd>{keyOf(right)}</kbd>
      </span>
      {left !== "image" && <Trouble state={leftState} />}
      {right !== "image" && leftState.state !== "failed" && <Trouble state={rightState} />}
    </figure>
  );
}

function keyOf(layer: LayerId): string {
  return LAYERS.find(({ id }) => id === layer)?.key ?? "";
}
