import { surplus } from "../../model/video/ahead";

/** Bytes of encoded frames that are kept. */
const ROOM = 160 << 20;
/** Decoded frames are large: so many of those that come next are. */
const DECODED = 12;
const AT_ONCE = 4;
const TRIES = 4;
const WAIT_MS = 400;

interface Options {
  url: (frame: number) => string;
  loaded: (frame: number) => void;
  failed: (frame: number, error: unknown) => void;
}

/** Fetches and decodes frames: the first that is wanted first, then those that come next; what is no longer wanted is given up. */
export class FrameLoader {
  readonly #options: Options;
  readonly #blobs = new Map<number, Blob>();
  readonly #bitmaps = new Map<number, ImageBitmap>();
  readonly #running = new Map<number, AbortController>();
  readonly #decoding = new Set<number>();
  readonly #tries = new Map<number, number>();
  #wanted: readonly number[] = [];
  #held: number | null = null;
  #closed = false;

  constructor(options: Options) {
    this.#options = options;
  }

  /** In the order in which they are wanted. A fetch of the first that is under way is not given up: it comes to an end soon. */
  want(frames: readonly number[]): void {
    const [before] = this.#wanted;
    this.#wanted = frames;
    const wanted = new Set(frames);
    for (const [frame, aborted] of this.#running) {
      if (!wanted.has(frame) && frame !== before) aborted.abort();
    }
    for (const [frame, bitmap] of this.#bitmaps) {
      if (frame === this.#held || frames.indexOf(frame, 0) < DECODED && wanted.has(frame)) continue;
      bitmap.close();
      this.#bitmaps.delete(frame);
    }
    this.#next();
  }

  get(frame: number): ImageBitmap | undefined {
    return this.#bitmaps.get(frame);
  }

  /** The frame that is on the screen: it stays decoded. */
  hold(frame: number): void {
    this.#held = frame;
  }

  retry(): void {
    this.#tries.clear();
    this.#next();
  }

  close(): void {
    this.#closed = true;
    for (const aborted of this.#running.values()) aborted.abort();
    for (const bitmap of this.#bitmaps.values()) bitmap.close();
    this.#bitmaps.clear();
    this.#blobs.clear();
  }

  #next(): void {
    if (this.#closed) return;
    this.#wanted.slice(0, DECODED).forEach((frame) => this.#decode(frame));
    for (const frame of this.#wanted) {
      if (this.#running.size >= AT_ONCE) return;
      if (!this.#blobs.has(frame) && !this.#running.has(frame) && (this.#tries.get(frame) ?? 0) < TRIES) void this.#fetch(frame);
    }
  }

  async #fetch(frame: number): Promise<void> {
    const aborted = new AbortController();
    this.#running.set(frame, aborted);
    try {
      const response = await fetch(this.#options.url(frame), { signal: aborted.signal });
      if (!response.ok) throw new Error(`${response.status}`);
      const blob = await response.blob();
      this.#tries.delete(frame);
      this.#keep(frame, blob);
    } catch (error) {
      if (!aborted.signal.aborted && !this.#closed) await this.#missed(frame, error);
    } finally {
      if (this.#running.get(frame) === aborted) this.#running.delete(frame);
    }
    this.#next();
  }

  /** Passing trouble is tried again after a while; what is asked for at this moment is told of in the end. */
  async #missed(frame: number, error: unknown): Promise<void> {
    const tries = (this.#tries.get(frame) ?? 0) + 1;
    this.#tries.set(frame, tries);
    if (tries >= TRIES) {
      if (this.#wanted[0] === frame) this.#options.failed(frame, error);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS * tries));
  }

  #keep(frame: number, blob: Blob): void {
    if (this.#closed) return;
    this.#blobs.delete(frame);
    this.#blobs.set(frame, blob);
    const sizes = new Map([...this.#blobs].map(([each, { size }]) => [each, size]));
    for (const gone of surplus(sizes, ROOM, new Set(this.#wanted))) this.#blobs.delete(gone);
    this.#decode(frame);
  }

  #decode(frame: number): void {
    const blob = this.#blobs.get(frame);
    if (!blob || this.#bitmaps.has(frame) || this.#decoding.has(frame)) return;
    this.#decoding.add(frame);
    void createImageBitmap(blob)
      .then(
        (bitmap) => {
          this.#decoding.delete(frame);
          if (this.#closed) return bitmap.close();
          this.#bitmaps.set(frame, bitmap);
          this.#options.loaded(frame);
        },
        (error: unknown) => {
          this.#decoding.delete(frame);
          this.#blobs.delete(frame);
          if (!this.#closed) this.#options.failed(frame, error);
        },
      );
  }
}
