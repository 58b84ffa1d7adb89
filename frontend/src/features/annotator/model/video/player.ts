/** Plays a video by the clock: what cannot be shown in time is left out, and what is not loaded yet is waited for. */

/** When frames are shown, for videos whose rate is not steady too. */
export interface Clock {
  readonly count: number;
  /** Seconds from the beginning of the video. */
  timeOf(frame: number): number;
  /** The frame that is shown at a time: 0 before the first, the last behind the end. */
  frameAt(seconds: number): number;
}

export interface Player {
  readonly frame: number;
  readonly state: "paused" | "playing" | "waiting";
  /** Times real time. */
  readonly speed: number;
  /** While playing: the frame and the time (milliseconds) that are counted from. */
  readonly base: { readonly frame: number; readonly at: number };
}

export const SPEEDS = [0.25, 0.5, 1, 2, 4] as const;
/** So much further than what is loaded the clock goes, before it waits. */
const PATIENCE_S = 0.25;

export function clockOf(count: number, fps: number, seconds: readonly number[] | null): Clock {
  const last = Math.max(0, count - 1);
  const clamp = (frame: number) => Math.min(last, Math.max(0, frame));
  if (seconds === null || seconds.length < count) {
    return { count, timeOf: (frame) => frame / fps, frameAt: (time) => clamp(Math.floor(time * fps + 1e-6)) };
  }
  const start = seconds[0] ?? 0;
  return {
    count,
    timeOf: (frame) => (seconds[clamp(frame)] ?? 0) - start,
    frameAt(time) {
      let [from, to] = [0, count];
      while (from < to) {
        const middle = (from + to) >> 1;
        if ((seconds[middle] ?? 0) - start <= time + 1e-6) from = middle + 1;
        else to = middle;
      }
      return clamp(from - 1);
    },
  };
}

export function paused(frame: number, speed = 1): Player {
  return { frame, state: "paused", speed, base: { frame, at: 0 } };
}

/** From the end it begins again. */
export function play(player: Player, now: number, { count }: Clock): Player {
  const frame = player.frame >= count - 1 ? 0 : player.frame;
  return { ...player, frame, state: "playing", base: { frame, at: now } };
}

export function pause(player: Player): Player {
  return { ...player, state: "paused" };
}

/** Goes to a frame; what plays goes on from there. */
export function seek(player: Player, frame: number, now: number, { count }: Clock): Player {
  const next = Math.min(Math.max(0, count - 1), Math.max(0, Math.round(frame)));
  return { ...player, frame: next, base: { frame: next, at: now } };
}

export function withSpeed(player: Player, speed: number, now: number): Player {
  return { ...player, speed, base: { frame: player.frame, at: now } };
}

/**
 * The player a moment later. Of the frames whose time has come it shows the last that is loaded; where none is, it stays
 * and its clock waits. It stops at the end.
 */
export function tick(player: Player, now: number, clock: Clock, isLoaded: (frame: number) => boolean): Player {
  if (player.state === "paused") return player;
  const time = clock.timeOf(player.base.frame) + ((now - player.base.at) / 1000) * player.speed;
  const due = clock.frameAt(time);
  let frame = Math.max(player.frame, due);
  while (frame > player.frame && !isLoaded(frame)) frame -= 1;
  if (frame >= clock.count - 1) return { ...player, frame, state: "paused" };
  const ahead = time - clock.timeOf(frame + 1);
  if (frame < due && ahead > PATIENCE_S * player.speed) {
    return { ...player, frame, state: "waiting", base: { frame: frame + 1, at: now } };
  }
  if (player.state === "waiting" && frame === player.frame && !isLoaded(frame + 1)) return { ...player, base: { frame: frame + 1, at: now } };
  return { ...player, frame, state: "playing" };
}
