import { Select } from "@mantine/core";
import { type KeyboardEvent, type PointerEvent, useState } from "react";
import type { LayerId } from "../model/layers";
import { focusStage } from "./focusStage";
import { Overlay, Plane, type Shown, Trouble } from "./Pane";
import classes from "./Stage.module.css";
import { useLayer } from "./useLayer";

interface Props extends Shown {
  left: LayerId;
  right: LayerId;
  choices: readonly LayerId[];
  titleOf: (layer: LayerId) => string;
  onSide: (change: { left: LayerId } | { right: LayerId }) => void;
}

const STEP = 2;

/** Two layers over one image, parted by a line that is drawn to and fro. */
export function SliderPane({ left, right, choices, titleOf, onSide, ...shown }: Props) {
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
      <Side label="left" value={left} choices={choices} titleOf={titleOf} onChange={(layer) => onSide({ left: layer })} />
      <Side label="right" value={right} choices={choices} titleOf={titleOf} onChange={(layer) => onSide({ right: layer })} />
      {left !== "image" && <Trouble state={leftState} />}
      {right !== "image" && leftState.state !== "failed" && <Trouble state={rightState} />}
    </figure>
  );
}

interface SideProps {
  label: "left" | "right";
  value: LayerId;
  choices: readonly LayerId[];
  titleOf: (layer: LayerId) => string;
  onChange: (layer: LayerId) => void;
}

/** Which layer a side shows, said and chosen in its corner. */
function Side({ label, value, choices, titleOf, onChange }: SideProps) {
  return (
    <div className={classes.side} data-side={label} onPointerDown={(event) => event.stopPropagation()} onDoubleClick={(event) => event.stopPropagation()}>
      <Select
        size="xs"
        w={190}
        aria-label={`Layer to the ${label}`}
        data={choices.map((layer) => ({ value: layer, label: titleOf(layer) }))}
        value={value}
        allowDeselect={false}
        onOptionSubmit={focusStage}
        onChange={(layer) => onChange(layer as LayerId)}
      />
    </div>
  );
}
