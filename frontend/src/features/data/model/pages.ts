/**
 * The loaded parts of a long list that is read by cursors. A cursor and how many rows to skip behind it lead to any
 * place; a place far down is reached from the nearest known one: from above, or from the end where the order can be
 * turned round.
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
  /** Where known pages begin. */
  places: ReadonlyMap<number, Place>;
  pages: ReadonlyMap<number, readonly T[]>;
  /** Its last page was read. */
  ended: boolean;
}

/** So many rows behind a cursor; null is the very start. */
export interface Place {
  cursor: string | null;
  skip: number;
}

export interface Step extends Place {
  chain: "front" | "back";
  page: number;
}

const START: Chain<never> = { places: new Map([[0, { cursor: null, skip: 0 }]]), pages: new Map(), ended: false };
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
  const ahead = placeBefore(pages.front, pages.size, Math.floor(index / pages.size));
  const behind = pages.back && placeBefore(pages.back, pages.size, Math.floor((pages.length - 1 - index) / pages.size));
  if (behind !== null && (ahead === null || behind.skip < ahead.skip)) return { chain: "back", ...behind };
  return ahead === null ? null : { chain: "front", ...ahead };
}

/** How to get to a page: from the nearest place before it. */
function placeBefore<T>({ places, ended }: Chain<T>, size: number, page: number): Omit<Step, "chain"> | null {
  const near = Math.max(...[...places.keys()].filter((known) => known <= page));
  const place = places.get(near);
  // Behind the last page there is none.
  if (place === undefined || (ended && near < page && near === Math.max(...places.keys()))) return null;
  return { page, cursor: place.cursor, skip: place.skip + (page - near) * size };
}

/** The list after an answer. A page that ends elsewhere than it did makes what was known behind it void. */
export function landed<T>(pages: Pages<T>, step: Step, rows: readonly T[], next: string | null): Pages<T> {
  const chain = step.chain === "front" ? pages.front : pages.back;
  if (chain === null) return pages;
  const { page } = step;
  // Nothing is there: the list is shorter than was thought.
  if (rows.length === 0 && page > 0) return { ...pages, length: Math.min(pages.length, page * pages.size), back: pages.back && START };
  const known = chain.places.get(page + 1);
  const moved = next === null || (known?.skip === 0 && known.cursor !== next);
  const stays = (each: number) => each <= page || !moved;
  const places = new Map([...chain.places].filter(([each]) => stays(each)));
  places.set(page, { cursor: step.cursor, skip: step.skip });
  if (next !== null) places.set(page + 1, { cursor: next, skip: 0 });
  const kept = new Map([...chain.pages].filter(([each]) => stays(each) && each !== page));
  kept.set(page, rows);
  for (const each of kept.keys()) {
    if (kept.size <= MOST_KEPT) break;
    if (each !== page) kept.delete(each);
  }
  const changed: Chain<T> = { places, pages: kept, ended: next === null || (chain.ended && !moved) };
  const seen = page * pages.size + rows.length;
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
    const place = pages[chain]?.pages.has(page) === true ? pages[chain].places.get(page) : undefined;
    if (place !== undefined) steps.set(`${chain} ${page}`, { chain, page, ...place });
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
