import { ActionIcon, Button, NativeSelect, TextInput, Tooltip } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { IconAlert, IconFit, IconPlay, IconZoomIn, IconZoomOut } from "@/components/icons";
import { SPEEDS } from "../../model/video/player";
import { timeText } from "../../model/video/timeline";
import { isOutside, keyBefore } from "../../model/video/tracks";
import { focusPicture } from "../keys";
import { IconFrameBack, IconFrameOn, IconKeyBack, IconKeyframe, IconKeyOn, IconOutside, IconPause, IconPropagate } from "./icons";
import classes from "./Timeline.module.css";
import type { Video } from "./useVideo";

interface Props {
  video: Video;
  keyOf: (action: string) => string;
  onZoom: (factor: number) => void;
  onWhole: () => void;
  /** Does what an action of the keymap says. */
  perform: (action: string) => void;
}

/** What plays and steps, where one is, and what can be done with keyframes of the selection. */
export function Transport({ video, keyOf, onZoom, onWhole, perform }: Props) {
  const { film, state, snapshot, count } = video;
  const { document, chosen, locked } = snapshot;
  const has = chosen.size > 0;
  const isKey = has && [...chosen].every((id) => document.isKey(id));
  const isEnded = has && [...chosen].every((id) => hasEnded(video, id));
  const none = "Select an object first";
  const act = (action: string) => () => perform(action);
  const button = (label: string, action: string, symbol: ReactNode, more: { pressed?: boolean; disabled?: boolean; why?: string } = {}) => (
    <Tooltip label={more.disabled === true && more.why !== undefined ? `${label}: ${more.why}` : keyOf(action) === "" ? label : `${label} (${keyOf(action)})`}>
      <ActionIcon
        size={28}
        variant={more.pressed === true ? "light" : "subtle"}
        color={more.pressed === true ? undefined : "gray"}
        aria-label={label}
        aria-pressed={more.pressed}
        className={classes.action}
        aria-disabled={more.disabled}
        onClick={act(action)}
      >
        {symbol}
      </ActionIcon>
    </Tooltip>
  );
  return (
    <div className={classes.transport} role="toolbar" aria-label="Playback and keyframes">
      <div className={classes.group}>
        {button("Keyframe before", "previous_key", <IconKeyBack />)}
        {button("Frame before", "previous_frame", <IconFrameBack />)}
        {button(state.playing ? "Pause" : "Play", "play", state.playing ? <IconPause size={18} /> : <IconPlay size={18} />)}
        {button("Next frame", "next_frame", <IconFrameOn />)}
        {button("Next keyframe", "next_key", <IconKeyOn />)}
      </div>
      <div className={classes.place}>
        <FrameField frame={state.wanted} count={count} onFrame={(frame) => film.seek(frame)} />
        <span>of {count}</span>
        <span className={classes.time}>
          {timeText(film.clock.timeOf(state.wanted))} / {timeText(film.clock.timeOf(count - 1))}
        </span>
      </div>
      {video.warning !== "" && (
        <Tooltip label={video.warning} multiline w={320}>
          <span className={classes.warning} role="img" aria-label={video.warning} tabIndex={0}>
            <IconAlert size={15} />
          </span>
        </Tooltip>
      )}
      <NativeSelect
        size="xs"
        w={68}
        aria-label="Speed"
        data={SPEEDS.map((speed) => ({ value: String(speed), label: `${speed} ×` }))}
        value={String(state.speed)}
        onChange={(event) => {
          film.setSpeed(Number(event.currentTarget.value));
          focusPicture();
        }}
      />
      <span className={classes.push} />
      {!locked && (
        <div className={classes.group}>
          {button(isKey ? "Remove the keyframe" : "Make a keyframe", "toggle_key", <IconKeyframe />, { pressed: isKey, disabled: !has, why: none })}
          {button(isEnded ? "Seen again from here" : "Ends here", "toggle_outside", <IconOutside />, { pressed: isEnded, disabled: !has, why: none })}
        </div>
      )}
      {!locked && (
        <Tooltip label={has ? `Writes keyframes by going along with the pixels${keyOf("propagate") === "" ? "" : ` (${keyOf("propagate")})`}` : none}>
          <Button size="compact-sm" variant="default" leftSection={<IconPropagate />} className={classes.action} aria-disabled={!has} aria-haspopup="dialog" onClick={act("propagate")}>
            Follow…
          </Button>
        </Tooltip>
      )}
      <div className={classes.group}>
        <Tooltip label="Zoom the timeline out (Ctrl+wheel)">
          <ActionIcon size={28} variant="subtle" color="gray" aria-label="Zoom the timeline out" onClick={() => onZoom(1 / 1.6)}>
            <IconZoomOut />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Zoom the timeline in (Ctrl+wheel)">
          <ActionIcon size={28} variant="subtle" color="gray" aria-label="Zoom the timeline in" onClick={() => onZoom(1.6)}>
            <IconZoomIn />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="All frames">
          <ActionIcon size={28} variant="subtle" color="gray" aria-label="All frames" onClick={onWhole}>
            <IconFit />
          </ActionIcon>
        </Tooltip>
      </div>
    </div>
  );
}

function hasEnded({ snapshot: { document } }: Video, id: string): boolean {
  const track = document.tracks.get(id);
  const key = track?.keys[keyBefore(track, document.frame)];
  return key !== undefined && isOutside(key);
}

/** The number of the frame, to be read and to be typed. */
function FrameField({ frame, count, onFrame }: { frame: number; count: number; onFrame: (frame: number) => void }) {
  const [typed, setTyped] = useState<string | null>(null);
  const finish = (take: boolean) => {
    if (take && typed !== null && /^\d+$/.test(typed.trim())) onFrame(Math.min(count - 1, Number(typed)));
    setTyped(null);
  };
  return (
    <TextInput
      size="xs"
      w={64}
      aria-label="Go to frame"
      inputMode="numeric"
      value={typed ?? String(frame)}
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={() => finish(true)}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== "Escape") return;
        event.stopPropagation();
        finish(event.key === "Enter");
        focusPicture();
      }}
    />
  );
}
