import type { components } from "@/api/schema";

export type Comment = components["schemas"]["Comment"];

/** A comment and the answers to it, the oldest first. */
export interface Thread {
  readonly first: Comment;
  readonly answers: readonly Comment[];
  /** What its pin in the picture says: threads are numbered as they came. */
  readonly number: number;
  readonly isOpen: boolean;
}

/** Comments as threads: open ones before settled ones, each group in the order in which they were begun. */
export function threadsOf(comments: readonly Comment[]): readonly Thread[] {
  const firsts = comments.filter(({ parent }) => parent === null).toSorted(byTime);
  const threads = firsts.map((first, index) => ({
    first,
    answers: comments.filter(({ parent }) => parent === first.id).toSorted(byTime),
    number: index + 1,
    isOpen: first.resolved_at === null,
  }));
  return [...threads.filter(({ isOpen }) => isOpen), ...threads.filter(({ isOpen }) => !isOpen)];
}

/** Threads with a place in the picture; of a video, those of the frame that is shown. */
export function pinned(threads: readonly Thread[], frame: number | null): readonly Thread[] {
  return threads.filter(({ first }) => first.x !== null && first.y !== null && (frame === null || first.frame === frame));
}

/** The next thread with a pin after (1) or before (-1) the given one, round and round; null where there is none. */
export function nextThread(threads: readonly Thread[], id: string | null, step: 1 | -1): Thread | null {
  const open = threads.filter(({ isOpen }) => isOpen);
  if (open.length === 0) return null;
  const at = open.findIndex(({ first }) => first.id === id);
  if (at < 0) return open.at(step === 1 ? 0 : -1) ?? null;
  return open[(at + step + open.length) % open.length] ?? null;
}

function byTime(one: Comment, other: Comment): number {
  return one.created_at < other.created_at ? -1 : one.created_at > other.created_at ? 1 : 0;
}
