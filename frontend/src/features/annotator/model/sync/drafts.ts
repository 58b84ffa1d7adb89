import type { Draft, Raster } from "../types";

// The server takes 256 KiB of a draft.
const MOST_CHARACTERS = 200_000;

interface WireRaster {
  x: number;
  y: number;
  width: number;
  height: number;
  /** Lengths of runs row by row in base 36, the first of pixels that do not belong. */
  runs: string;
}

/** A draft as JSON; pixels as run lengths. What is too large goes as the box around it, or not at all. */
export function writeDraft(draft: Draft | null): object | null {
  if (draft === null) return null;
  if (draft.kind !== "raster") return JSON.stringify(draft).length > MOST_CHARACTERS ? null : draft;
  const { x, y, width, height } = draft.raster;
  const runs = writeRuns(draft.raster.data);
  if (runs.length > MOST_CHARACTERS) return { kind: "box", box: [x, y, width, height] };
  return { ...draft, raster: { x, y, width, height, runs } };
}

/** Somebody's draft; null for none, and for what newer clients may draw that is not known here. */
export function readDraft(wire: unknown): Draft | null {
  if (typeof wire !== "object" || wire === null || !("kind" in wire)) return null;
  const draft = wire as { kind: string; raster?: WireRaster };
  if (draft.kind === "raster" && draft.raster) {
    const raster = readRaster(draft.raster);
    return raster === null ? null : ({ ...draft, raster } as Draft);
  }
  return ["path", "box", "lasso", "geometry", "clicks"].includes(draft.kind) ? (draft as Draft) : null;
}

function writeRuns(data: Uint8Array): string {
  const runs: string[] = [];
  let value = 0;
  let start = 0;
  for (let at = 0; at < data.length; at += 1) {
    if ((data[at] ? 1 : 0) === value) continue;
    runs.push((at - start).toString(36));
    start = at;
    value = 1 - value;
  }
  runs.push((data.length - start).toString(36));
  return runs.join(" ");
}

function readRaster({ x, y, width, height, runs }: WireRaster): Raster | null {
  // Others' messages are not to make this browser allocate without end.
  if (!(width >= 0 && height >= 0 && width * height <= 50_000_000)) return null;
  const data = new Uint8Array(width * height);
  let at = 0;
  runs.split(" ").forEach((run, index) => {
    const length = Number.parseInt(run, 36);
    if (index % 2 === 1) data.fill(1, at, at + length);
    at += length;
  });
  return { x, y, width, height, data };
}
