import type { Media } from "@/api/types";

interface Words {
  /** What the project holds, as it is called in sentences. */
  things: string;
  /** What the file chooser offers first. */
  accept: string;
  hint: string;
}

// Browsers know no type of some containers: their endings say more.
const VIDEOS = "video/*,.mkv,.mov,.avi,.mts,.m2ts,.ts,.mpg,.flv,.wmv,.ogv";
const IMAGES = "image/*,.heic,.heif,.avif,.tif,.tiff,.jp2,.j2k";
const IMAGE_HINT = "JPEG, PNG, WebP, HEIC, TIFF and other image files, folders and ZIPs of them, as many as you like.";
const VIDEO_HINT = "MP4, MOV, MKV, WebM and other video files: each is read once, then every frame can be looked at.";

const WORDS: Record<Media, Words> = {
  image: { things: "images", accept: IMAGES, hint: IMAGE_HINT },
  // Frames that were taken out of videos are images, and may come back as such.
  video: { things: "videos", accept: `${VIDEOS},${IMAGES}`, hint: VIDEO_HINT },
  mixed: { things: "images or videos", accept: `${IMAGES},${VIDEOS}`, hint: `${IMAGE_HINT} ${VIDEO_HINT}` },
};

export function wordsOf(media: Media | undefined): Words {
  return WORDS[media ?? "image"];
}

/** How long a film is, as players show it: 0.12 → "0.1 s", 6.7 → "0:07", 3725 → "1:02:05". */
export function clock(seconds: number): string {
  if (seconds > 0 && seconds < 1) return `${seconds.toFixed(1)} s`;
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

export interface Extraction {
  every: number;
  unit: "seconds" | "frames";
  from: number;
  to: number;
}

/** About how many images an extraction makes; exact where frames come at a steady rate. */
export function framesIn({ every, unit, from, to }: Extraction, fps: number): number {
  const frames = to - from + 1;
  if (!(every > 0) || frames < 1 || !Number.isFinite(every)) return 0;
  const step = unit === "frames" ? Math.max(1, Math.round(every)) : Math.max(1, every * fps);
  return Math.floor((frames - 1) / step + 1e-6) + 1;
}
