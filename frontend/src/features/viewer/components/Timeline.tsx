import { ActionIcon, Slider, Tooltip } from "@mantine/core";
import { useEffect, useEffectEvent, useState } from "react";
import { integer, percent } from "@/components/format";
import { IconPause, IconPlay } from "@/components/icons";
import { useShortcut } from "@/components/shortcuts";
import { curve, following, marks, type Step } from "../model/timeline";
import classes from "./Viewer.module.css";

interface Props {
  steps: readonly Step[];
  place: number;
  onPlace: (to: (place: number) => number) => void;
  /** The artifact's own step, which is where the viewer begins. */
  own: number;
}

const EVERY_MS = 700;
const GROUP = "Checkpoints";

/** Through the steps of the run: every evaluation whose prediction of this image was kept. */
export function Timeline({ steps, place, onPlace, own }: Props) {
  const [playing, setPlaying] = useState(false);
  const advance = useEffectEvent(() => {
    if (place === steps.length - 1) setPlaying(false);
    else onPlace((now) => now + 1);
  });
  useEffect(() => {
    if (!playing) return undefined;
    const timer = setInterval(() => advance(), EVERY_MS);
    return () => clearInterval(timer);
  }, [playing]);
  const go = (to: (place: number) => number) => {
    setPlaying(false);
    onPlace(to);
  };
  const play = () => {
    if (!playing && place === steps.length - 1) onPlace((now) => following(steps.length, now));
    setPlaying(!playing);
  };
  useShortcut("[", "Checkpoint before", () => go((now) => now - 1), GROUP);
  useShortcut("]", "Next checkpoint", () => go((now) => now + 1), GROUP);
  useShortcut("p", "Play through the training", play, GROUP);
  const current = steps[place];
  const places = marks(steps);
  if (!current) return null;
  const label = playing ? "Pause (p)" : "Watch it learn (p)";
  return (
    <section className={classes.timeline} aria-label="Steps of the run">
      <Tooltip label={label}>
        <ActionIcon variant="default" aria-label={label} onClick={play}>
          {playing ? <IconPause /> : <IconPlay />}
        </ActionIcon>
      </Tooltip>
      <div className={classes.track}>
        <Curve steps={steps} places={places} />
        <Slider
          size="xs"
          min={0}
          max={1}
          step={0.0001}
          restrictToMarks
          marks={places.map((value) => ({ value }))}
          label={null}
          thumbLabel="Step of the run"
          value={places[place] ?? 0}
          onChange={(value) => go(() => nearest(places, value))}
        />
      </div>
      <span className={classes.step}>
        Step <b>{integer(current.step)}</b>
        {current.epoch !== null && <> · epoch {Number(current.epoch.toFixed(1))}</>} · mean IoU <b>{percent(current.miou)}</b>
        {place === own ? " · this artifact" : current.artifact === null ? " · sample" : " · checkpoint"}
      </span>
    </section>
  );
}

/** In the timeline's place, so that nothing jumps from image to image. */
export function OneStep({ isKnown }: { isKnown: boolean }) {
  return (
    <section className={classes.timeline} aria-label="Steps of the run">
      <span className={classes.quiet}>{isKnown ? "The run kept this image at one step only: there is nothing to go through." : ""}</span>
    </section>
  );
}

/** How well this image went along the steps, above the slider: a dot for each, a full one where a checkpoint was kept. */
function Curve({ steps, places }: { steps: readonly Step[]; places: readonly number[] }) {
  const heights = curve(steps.map(({ miou }) => miou));
  const points = heights.flatMap((height, index) => (height === null ? [] : [`${((places[index] ?? 0) * 100).toFixed(2)},${((1 - height) * 20).toFixed(2)}`]));
  return (
    <div className={classes.curve} aria-hidden="true">
      <svg viewBox="0 0 100 20" preserveAspectRatio="none">
        <polyline points={points.join(" ")} vectorEffect="non-scaling-stroke" />
      </svg>
      {heights.map((height, index) => (
        <i key={steps[index]?.step} data-kept={steps[index]?.artifact !== null || undefined} style={{ left: `${(places[index] ?? 0) * 100}%`, top: `${(1 - (height ?? 0)) * 100}%` }} />
      ))}
    </div>
  );
}

function nearest(places: readonly number[], value: number): number {
  return places.reduce((best, place, index) => (Math.abs(place - value) < Math.abs((places[best] ?? 0) - value) ? index : best), 0);
}
