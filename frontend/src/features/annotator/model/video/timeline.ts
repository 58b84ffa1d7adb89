/** Where frames lie on the timeline: `from` is the frame at its left edge, `width` pixels show `span` frames. */
export interface Scale {
  readonly from: number;
  readonly span: number;
  readonly width: number;
}

/** A frame is never wider than this many pixels, however far one zooms in. */
const WIDEST_FRAME = 24;

/** All frames, the last one with its own width. */
export function whole(count: number, width: number): Scale {
  return { from: 0, span: Math.max(1, count), width };
}

/** The middle of a frame, in pixels from the left edge. */
export function xOf({ from, span, width }: Scale, frame: number): number {
  return ((frame + 0.5 - from) * width) / span;
}

/** The frame at a place. */
export function frameAtX({ from, span, width }: Scale, x: number, count: number): number {
  const frame = Math.floor(from + (x * span) / Math.max(1, width));
  return Math.min(count - 1, Math.max(0, frame));
}

function placed(from: number, span: number, width: number, count: number): Scale {
  const least = Math.min(Math.max(1, count), Math.max(1, width / WIDEST_FRAME));
  const next = Math.min(Math.max(1, count), Math.max(least, span));
  return { from: Math.min(Math.max(0, count - next), Math.max(0, from)), span: next, width };
}

/** `factor` > 1 zooms in; what lies at `x` stays there. */
export function zoomed({ from, span, width }: Scale, factor: number, x: number, count: number): Scale {
  const next = placed(0, span / factor, width, count).span;
  const at = from + (x * span) / Math.max(1, width);
  return placed(at - (x * next) / Math.max(1, width), next, width, count);
}

export function shifted({ from, span, width }: Scale, dx: number, count: number): Scale {
  return placed(from + (dx * span) / Math.max(1, width), span, width, count);
}

/** Another width shows the same frames. */
export function resized({ from, span }: Scale, width: number, count: number): Scale {
  return placed(from, span, width, count);
}

/** The scale in which a frame is seen, moved by as little as that takes. */
export function showing(scale: Scale, frame: number, count: number): Scale {
  const { from, span, width } = scale;
  if (frame < from) return placed(frame, span, width, count);
  if (frame + 1 > from + span) return placed(frame + 1 - span, span, width, count);
  return scale;
}

export interface Tick {
  readonly frame: number;
  readonly x: number;
  /** Large ones have their number beside them. */
  readonly isLarge: boolean;
}

const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000];

/** Marks at round frames, far enough from each other for their numbers. */
export function ticks(scale: Scale, count: number, apart = 70): Tick[] {
  const perFrame = scale.width / scale.span;
  const step = STEPS.find((each) => each * perFrame >= apart) ?? 1_000_000;
  const small = [...STEPS].reverse().find((each) => each < step && step % each === 0 && each * perFrame >= 7) ?? step;
  const first = Math.ceil(Math.max(0, scale.from) / small) * small;
  const marks: Tick[] = [];
  for (let frame = first; frame < Math.min(count, scale.from + scale.span); frame += small) {
    marks.push({ frame, x: xOf(scale, frame), isLarge: frame % step === 0 });
  }
  return marks;
}

/** "1:04.20": minutes, seconds, hundredths. */
export function timeText(seconds: number): string {
  const hundredths = Math.max(0, Math.round(seconds * 100));
  const minutes = Math.floor(hundredths / 6000);
  const rest = (hundredths % 6000) / 100;
  return `${minutes}:${rest.toFixed(2).padStart(5, "0")}`;
}
