import { type KeyboardEvent, type PointerEvent, type Ref } from "react";
import { frameAtX, type Scale, ticks, timeText } from "../../model/video/timeline";
import { focusPicture } from "../keys";
import classes from "./Timeline.module.css";
import type { Video } from "./useVideo";

const HEIGHT = 22;
const STEPS: Record<string, number> = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 };

interface Props {
  ref: Ref<HTMLDivElement>;
  video: Video;
  scale: Scale;
}

/** The numbers of the frames; a drag along it scrubs. */
export function Ruler({ ref, video, scale }: Props) {
  const { film, count, state } = video;
  const at = ({ clientX, currentTarget }: PointerEvent<HTMLElement>) => frameAtX(scale, clientX - currentTarget.getBoundingClientRect().left, count);
  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    film.stop();
    film.scrub(true);
    film.seek(at(event));
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) film.seek(at(event));
  };
  const onEnd = (event: PointerEvent<HTMLElement>) => {
    film.scrub(false);
    if (event.type === "pointerup") focusPicture();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step !== undefined) film.step(event.shiftKey ? step * 10 : step);
    else if (event.key === "Home") film.seek(0);
    else if (event.key === "End") film.seek(count - 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      ref={ref}
      className={classes.ruler}
      role="slider"
      tabIndex={0}
      aria-label="Frame"
      aria-valuemin={0}
      aria-valuemax={count - 1}
      aria-valuenow={state.wanted}
      aria-valuetext={`Frame ${state.wanted} of ${count}, ${timeText(film.clock.timeOf(state.wanted))}`}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onEnd}
      onPointerCancel={onEnd}
      onKeyDown={onKeyDown}
    >
      <svg aria-hidden="true">
        {ticks(scale, count).map(({ frame, x, isLarge }) => (
          <g key={frame}>
            <line className={classes.tick} x1={x} x2={x} y1={isLarge ? 6 : 15} y2={HEIGHT} />
            {isLarge && (
              <text className={classes.number} x={x + 4} y={12}>
                {frame}
              </text>
            )}
          </g>
        ))}
      </svg>
    </div>
  );
}
