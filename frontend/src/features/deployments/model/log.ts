import type { ServerLine } from "@/api/types";

const KEPT = 1000;

/** Lines by number, once each and in order; the newest are kept. */
export function mergeServerLines(have: ServerLine[], more: readonly ServerLine[]): ServerLine[] {
  const last = have.at(-1)?.n ?? 0;
  const fresh = more.filter(({ n }) => n > last);
  return fresh.length === 0 ? have : [...have, ...fresh].slice(-KEPT);
}

export type Level = ServerLine["level"];
const WEIGHT: Record<Level, number> = { info: 0, warning: 1, error: 2 };

/** The lines of a level and graver that contain the words. */
export function filterLines(lines: readonly ServerLine[], least: Level, words: string): readonly ServerLine[] {
  const wanted = words.trim().toLowerCase();
  if (least === "info" && wanted === "") return lines;
  return lines.filter(({ level, message }) => WEIGHT[level] >= WEIGHT[least] && message.toLowerCase().includes(wanted));
}

/** The log as a text file has it. */
export function logText(lines: readonly ServerLine[]): string {
  return lines.map(({ time, level, message }) => `${time} ${level.padEnd(7)} ${message}`).join("\n");
}
