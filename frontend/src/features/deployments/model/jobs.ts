import type { PredictionJob } from "@/api/types";

export interface BatchResult {
  /** "104 images", "310 frames" */
  done: string;
  predictions: number | null;
  failures: number;
  failed: { item: string; reason: string }[];
  url: string | null;
}

const TITLES: Record<PredictionJob["input"], string> = { snapshot: "Snapshot", folder: "Folder", video: "Video" };

export function jobTitle({ input }: Pick<PredictionJob, "input">): string {
  return TITLES[input];
}

/** What a finished job came to. */
export function resultOf({ result }: Pick<PredictionJob, "result">): BatchResult | null {
  if (result === null) return null;
  const number = (name: string) => (typeof result[name] === "number" ? result[name] : null);
  const [images, frames] = [number("images"), number("frames")];
  const counted = images !== null ? counting(images, "image") : frames !== null ? counting(frames, "frame") : "";
  const failed = Array.isArray(result["failed"]) ? (result["failed"] as BatchResult["failed"]) : [];
  return {
    done: counted,
    predictions: number("predictions"),
    failures: number("failures") ?? failed.length,
    failed,
    url: typeof result["download_url"] === "string" ? result["download_url"] : null,
  };
}

function counting(count: number, noun: string): string {
  return `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;
}
