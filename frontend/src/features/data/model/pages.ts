/**
 * The loaded parts of a long list that is read by cursors. A cursor leads one page on and no further, so a place far
 * down is reached by walking: from the top, or from the end where the order can be turned round.
 */
export interface Pages<T> {
  /** Rows in a full page. */
  size: number;
  /** How many rows there are, as far as anybody knows. */
  length: number;
  front: Chain<T>;
  /** The list in the opposite order; null where it has none. */
  back: Chain<T> | null;
}

interface Chain<T> {
  /** Where each known page begins; null is the very start. One entry more than pages that were read. */
  cursors: readonly (string | null)[];
  pages: ReadonlyMap<number, readonly T[]>;
  /** Its last page was read. */
  ended: boolean;
}

export interface Step {
  chain: "front" | "back";
  page: number;
  cursor: string | null;
  /** Pages between this one and the one that is wanted. */
  far: number;
}

const START: Chain<never> = { cursors: [null], pages: new Map(), ended: false };
/** Pages kept in memory on each side; older ones are read again when they are looked at. */
const MOST_KEPT = 60;

export function noPages<T>(size: number, length: number, reversible: boolean): Pages<T> {
  return { size, length, front: START, back: reversible ? START : null };
}

export function rowAt<T>(pages: Pages<T>, index: number): T | undefined {
  const ahead = look(pages.front, pages.size, index);
  return ahead ?? (pages.back === null ? undefined : look(pages.back, pages.size, pages.length - 1 - index));
}

function look<T>({ pages }: Chain<T>, size: number, index: number): T | undefined {
  return pages.get(Math.floor(index / size))?.[index % size];
}

/** Where a row is that `is` knows, among those that were read; -1 where none is. */
export function placeOf<T>(pages: Pages<T>, is: (row: T) => boolean): number {
  for (const [page, rows] of pages.front.pages) {
    const at = rows.findIndex(is);
    if (at >= 0) return page * pages.size + at;
  }
  for (const [page, rows] of pages.back?.pages ?? []) {
    const at = rows.findIndex(is);
    if (at >= 0) return pages.length - 1 - (page * pages.size + at);
  }
  return -1;
}

/** The rows of [first, last] that were read, in order. */
export function rowsOf<T>(pages: Pages<T>, first = 0, last = pages.length - 1): T[] {
  const rows: T[] = [];
  for (let index = Math.max(0, first); index <= Math.min(last, pages.length - 1); index += 1) {
    const row = rowAt(pages, index);
    if (row !== undefined) rows.push(row);
  }
  return rows;
}

/** What to read next so that the rows of [first, last] are there; null when they are. */
export function nextStep<T>(pages: Pages<T>, first: number, last: number): Step | null {
  const end = Math.min(last, pages.length - 1);
  for (let index = Math.max(0, first); index <= end; index = nextPlace(pages, index)) {
    if (rowAt(pages, index) === undefined) return towards(pages, index);
  }
  return null;
}

/** The next row that may be missing: rows of one page come together. */
function nextPlace<T>({ size, length, back }: Pages<T>, index: number): number {
  const ahead = (Math.floor(index / size) + 1) * size;
  if (back === null) return ahead;
  const behind = length - Math.floor((length - 1 - index) / size) * size;
  return Math.max(index + 1, Math.min(ahead, behind));
}

function towards<T>(pages: Pages<T>, index: number): Step | null {
  const ahead = walk(pages.front, Math.floor(index / pages.size));
  const behind = pages.back === null ? null : walk(pages.back, Math.floor((pages.length - 1 - index) / pages.size));
  if (behind !== null && (ahead === null || behind.far < ahead.far)) return { chain: "back", ...behind };
  return ahead === null ? null : { chain: "front", ...ahead };
}

function walk<T>({ cursors, ended }: Chain<T>, wanted: number): Omit<Step, "chain"> | null {
  const page = Math.min(wanted, cursors.length - 1);
  const cursor = cursors[page];
  if (cursor === undefined || (ended && wanted >= cursors.length)) return null;
  return { page, cursor, far: wanted - page };
}

/** The list after an answer. A page that ends elsewhere than it did makes what was known behind it void. */
export function landed<T>(pages: Pages<T>, step: Step, rows: readonly T[], next: string | null): Pages<T> {
  const chain = step.chain === "front" ? pages.front : pages.back;
  if (chain === null) return pages;
  const known = chain.cursors[step.page + 1];
  const moved = known !== undefined && known !== next;
  const cursors = [...chain.cursors.slice(0, moved || next === null ? step.page + 1 : undefined)];
  if (next !== null && cursors.length === step.page + 1) cursors.push(next);
  const kept = new Map([...chain.pages].filter(([page]) => page < step.page || (page > step.page && !moved && page < cursors.length)));
  kept.set(step.page, rows);
  for (const page of kept.keys()) {
    if (kept.size <= MOST_KEPT) break;
    if (page !== step.page) kept.delete(page);
  }
  const changed: Chain<T> = { cursors, pages: kept, ended: next === null || (chain.ended && !moved) };
  const seen = step.page * pages.size + rows.length;
  // The end was reached, or there is more than was thought.
  const length = next === null ? seen : pages.length > seen ? pages.length : seen + pages.size;
  const others = length === pages.length ? {} : { back: pages.back && START };
  return step.chain === "front" ? { ...pages, ...others, length, front: changed } : { ...pages, length, back: changed };
}

/** The pages that hold the rows of [first, last] now, in the order in which to read them again. */
export function stepsOf<T>(pages: Pages<T>, first: number, last: number): Step[] {
  const steps = new Map<string, Step>();
  for (let index = Math.max(0, first); index <= Math.min(last, pages.length - 1); index = nextPlace(pages, index)) {
    const ahead = Math.floor(index / pages.size);
    const behind = Math.floor((pages.length - 1 - index) / pages.size);
    const inFront = pages.front.pages.has(ahead);
    const [chain, page] = inFront ? (["front", ahead] as const) : (["back", behind] as const);
    const cursor = pages[chain]?.pages.has(page) === true ? pages[chain].cursors[page] : undefined;
    if (cursor !== undefined) steps.set(`${chain} ${page}`, { chain, page, cursor, far: 0 });
  }
  return [...steps.values()];
}

/** Forgets all pages but these: what was read of the others may no longer be true. */
export function onlyPages<T>(pages: Pages<T>, steps: readonly Step[]): Pages<T> {
  const cut = (chain: Chain<T>, name: Step["chain"]): Chain<T> => ({
    ...chain,
    pages: new Map([...chain.pages].filter(([page]) => steps.some((step) => step.chain === name && step.page === page))),
  });
  return { ...pages, front: cut(pages.front, "front"), back: pages.back && cut(pages.back, "back") };
}

/** The rows' number became known otherwise. */
export function resized<T>(pages: Pages<T>, length: number): Pages<T> {
  if (length === pages.length || pages.front.ended) return pages;
  const seen = Math.max(0, ...pages.front.pages.keys()) * pages.size;
  return { ...pages, length: Math.max(length, seen), back: pages.back && START };
}

/** The same order read from its end; null where rows without a value lie last in both directions. */
export function turned(order: string): string | null {
  const column = order.replace(/^-/, "");
  if (column === "uncertainty" || column === "margin") return null;
  return order.startsWith("-") ? column : `-${order}`;
}
