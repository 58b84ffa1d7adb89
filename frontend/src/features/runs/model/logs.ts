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
