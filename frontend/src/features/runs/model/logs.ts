import type { LogLine } from "@/api/types";

/** Lines merged by number, once each and in order; of a long log the end is kept. */
export function mergeLines(have: readonly LogLine[], more: readonly LogLine[], keep: number): LogLine[] {
  const last = have.at(-1)?.n ?? -1;
  const isNext = more.every(({ n }, index) => n > (index === 0 ? last : (more[index - 1]?.n ?? last)));
  const merged = isNext
    ? [...have, ...more]
    : [...new Map([...have, ...more].map((line) => [line.n, line])).values()].sort((a, b) => a.n - b.n);
  return merged.length > keep ? merged.slice(-keep) : merged;
}

export interface LogBlock {
  /** Stays the same while lines are added at the end and dropped at the beginning. */
  key: number;
  lines: readonly LogLine[];
}

const BLOCK = 200;

/** The log in blocks that are drawn once: only the last one changes while a run talks. */
export function blocksOf(lines: readonly LogLine[]): LogBlock[] {
  const blocks: { key: number; lines: LogLine[] }[] = [];
  for (const line of lines) {
    const key = Math.floor(line.n / BLOCK);
    const last = blocks.at(-1);
    if (last?.key === key) last.lines.push(line);
    else blocks.push({ key, lines: [line] });
  }
  return blocks;
}

/** Numbers of the lines that contain the words, whatever their case. */
export function findLines(lines: readonly LogLine[], query: string): number[] {
  const wanted = query.trim().toLowerCase();
  return wanted === "" ? [] : lines.flatMap(({ n, line }) => (line.toLowerCase().includes(wanted) ? [n] : []));
}

/** A line cut at every place where the words stand: odd parts are hits. */
export function parts(line: string, query: string): string[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === "") return [line];
  const lower = line.toLowerCase();
  const cut: string[] = [];
  let from = 0;
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, from)) {
    cut.push(line.slice(from, at), line.slice(at, at + wanted.length));
    from = at + wanted.length;
  }
  cut.push(line.slice(from));
  return cut;
}
