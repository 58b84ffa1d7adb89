import { aheadOf } from "../../model/video/ahead";
import { clockOf, type Clock, pause, paused, play, type Player, seek, tick, withSpeed } from "../../model/video/player";
import type { Picture, PictureHandle } from "../stage/picture";
import { FrameLoader } from "./loader";

export interface FilmState {
  /** The frame that is on the screen, with its shapes. */
  readonly shown: number;
  /** The frame that was asked for; another one than `shown` until it is there. */
  readonly wanted: number;
  readonly playing: boolean;
  /** It plays, and has to wait for frames. */
  readonly waiting: boolean;
  readonly speed: number;
  readonly error: string | null;
}

interface Options {
  readonly count: number;
  readonly fps: number;
  /** Address of a frame, of its own size or smaller. */
  readonly url: (frame: number, size: number | null) => string;
  /** Called when another frame is on the screen, just before it is drawn. */
  readonly shown: (frame: number) => void;
}

/** The picture sharpens after standing still this long. */
const STILL_MS = 150;
/** Sizes that the server has of frames; while they go by they need not be larger than the screen. */
const SIZES = [640, 1280, 1920];

/** What moves a video: the player's clock, the loader, and the picture on the stage. It lives beside React. */
export class Film {
  readonly #options: Options;
  readonly #listeners = new Set<() => void>();
  readonly #pictureListeners = new Set<() => void>();
  #clock: Clock;
  #player: Player = paused(0);
  #loader: FrameLoader | null = null;
  #sharp: FrameLoader | null = null;
  #size: number | null;
  #shown = 0;
  #direction: 1 | -1 = 1;
  #scrubbing = false;
  #picture: Picture = { levels: [], full: null, error: null };
  #pixels: ImageData | null = null;
  #after: (() => void) | null = null;
  #animation = 0;
  #still = 0;
  #state: FilmState;

  constructor(options: Options, longest: number) {
    this.#options = options;
    this.#clock = clockOf(options.count, options.fps, null);
    const screen = Math.max(window.innerWidth, window.innerHeight) * window.devicePixelRatio;
    this.#size = SIZES.find((size) => size >= screen * 0.75 && size < longest) ?? (longest > 1920 ? 1920 : null);
    this.#state = this.#make();
  }

  get clock(): Clock {
    return this.#clock;
  }

  /** Videos without a steady rate have a time for each frame. */
  setSeconds(seconds: readonly number[] | null): void {
    this.#clock = clockOf(this.#options.count, this.#options.fps, seconds);
  }

  start(): () => void {
    const { url } = this.#options;
    const failed = (frame: number) => {
      if (frame === this.#player.frame) this.#fail(frame);
    };
    this.#loader = new FrameLoader({ url: (frame) => url(frame, this.#size), loaded: (frame) => this.#loaded(frame), failed });
    this.#sharp = this.#size === null ? null : new FrameLoader({ url: (frame) => url(frame, null), loaded: (frame) => this.#sharpen(frame), failed: () => undefined });
    this.#want();
    const again = () => this.retry();
    window.addEventListener("online", again);
    return () => {
      window.removeEventListener("online", again);
      cancelAnimationFrame(this.#animation);
      clearTimeout(this.#still);
      this.#animation = 0;
      this.#loader?.close();
      this.#sharp?.close();
      this.#player = pause(this.#player);
      this.#setPicture({ levels: [], full: null, error: null });
    };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly state = (): FilmState => this.#state;

  /** The frame as the stage and the tools know pictures. */
  readonly picture: PictureHandle = {
    get: () => this.#picture,
    subscribe: (listener) => {
      this.#pictureListeners.add(listener);
      return () => this.#pictureListeners.delete(listener);
    },
    pixels: (width, height) => {
      const { full } = this.#picture;
      if (this.#pixels || !full) return this.#pixels;
      const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
      context?.drawImage(full, 0, 0, width, height);
      this.#pixels = context?.getImageData(0, 0, width, height) ?? null;
      return this.#pixels;
    },
    retry: () => this.retry(),
  };

  toggle(): void {
    if (this.#player.state === "paused") {
      this.#player = play(this.#player, performance.now(), this.#clock);
      this.#direction = 1;
      this.#want();
      this.#animate();
    } else {
      this.stop();
    }
  }

  /** Halts at the frame that is on the screen. */
  stop(): void {
    if (this.#player.state === "paused") return;
    this.#player = pause(seek(this.#player, this.#shown, 0, this.#clock));
    this.#want();
  }

  seek(frame: number): void {
    const before = this.#player.frame;
    this.#after = null;
    // What failed is another frame's trouble from here on.
    if (this.#picture.error !== null) this.#setPicture({ ...this.#picture, error: null });
    this.#player = seek(this.#player, frame, performance.now(), this.#clock);
    if (this.#player.frame === before && this.#shown === before) return;
    this.#direction = this.#player.frame < before ? -1 : 1;
    this.#want();
  }

  /** From the frame that was asked for: keys that repeat faster than frames come still get there. */
  step(by: number): void {
    this.stop();
    this.seek(this.#player.frame + by);
  }

  /** While the playhead is dragged, frames are shown as they come, though another one is asked for by then. */
  scrub(on: boolean): void {
    this.#scrubbing = on;
  }

  /** Halts, and does it once the frame that was asked for is on the screen: keys are faster than frames. */
  settled(run: () => void): void {
    this.stop();
    this.#after = run;
    this.#settle();
  }

  #settle(): void {
    const run = this.#after;
    if (!run || this.#shown !== this.#player.frame || this.#picture.levels.length === 0) return;
    this.#after = null;
    run();
  }

  setSpeed(speed: number): void {
    this.#player = withSpeed(this.#player, speed, performance.now());
    this.#tell();
  }

  retry(): void {
    this.#setPicture({ ...this.#picture, error: null });
    this.#loader?.retry();
    this.#tell();
  }

  #want(): void {
    const { frame, state } = this.#player;
    clearTimeout(this.#still);
    this.#loader?.want(aheadOf(frame, this.#options.count, this.#direction, state !== "paused"));
    const known = this.#loader?.get(frame);
    if (known && this.#shown !== frame) this.#show(frame, known);
    else if (known && this.#picture.levels.length === 0) this.#show(frame, known);
    this.#tell();
    this.#sharp?.want([]);
    if (state === "paused") this.#still = window.setTimeout(() => this.#sharp?.want([this.#player.frame]), STILL_MS);
  }

  #loaded(frame: number): void {
    const bitmap = this.#loader?.get(frame);
    if (!bitmap) return;
    const isWanted = frame === this.#player.frame;
    if (isWanted && (this.#shown !== frame || this.#picture.levels.length === 0)) this.#show(frame, bitmap);
    else if (this.#scrubbing && Math.abs(frame - this.#player.frame) < Math.abs(this.#shown - this.#player.frame)) this.#show(frame, bitmap);
    else return;
    this.#tell();
  }

  #show(frame: number, bitmap: ImageBitmap): void {
    this.#shown = frame;
    this.#loader?.hold(frame);
    this.#options.shown(frame);
    this.#setPicture({ levels: [bitmap], full: this.#size === null ? bitmap : null, error: null });
    this.#settle();
  }

  #sharpen(frame: number): void {
    const bitmap = this.#sharp?.get(frame);
    if (!bitmap || frame !== this.#shown || frame !== this.#player.frame) return;
    this.#sharp?.hold(frame);
    const [rough] = this.#picture.levels;
    this.#setPicture({ levels: rough ? [bitmap, rough] : [bitmap], full: bitmap, error: null });
  }

  #fail(frame: number): void {
    this.#after = null;
    this.#player = pause(this.#player);
    this.#setPicture({ ...this.#picture, error: `Frame ${frame} could not be loaded. Check the connection, then try again.` });
    this.#tell();
  }

  #animate(): void {
    if (this.#animation !== 0) return;
    const turn = (now: number) => {
      this.#animation = 0;
      const before = this.#player;
      this.#player = tick(before, now, this.#clock, (frame) => this.#loader?.get(frame) !== undefined);
      if (this.#player.frame !== before.frame || this.#player.state !== before.state) this.#want();
      if (this.#player.state !== "paused") this.#animate();
    };
    this.#animation = requestAnimationFrame(turn);
  }

  #setPicture(picture: Picture): void {
    this.#picture = picture;
    this.#pixels = null;
    for (const listener of [...this.#pictureListeners]) listener();
  }

  #make(): FilmState {
    const { frame, state, speed } = this.#player;
    return { shown: this.#shown, wanted: frame, playing: state !== "paused", waiting: state === "waiting", speed, error: this.#picture.error };
  }

  #tell(): void {
    const next = this.#make();
    if ((Object.keys(next) as (keyof FilmState)[]).every((name) => next[name] === this.#state[name])) return;
    this.#state = next;
    for (const listener of [...this.#listeners]) listener();
  }
}
