export interface Page<T> {
  results: T[];
  next?: string | null;
  previous?: string | null;
}

/** The value of a query parameter in the `next` link of a page, or null on the last page. */
export function nextParameter(page: { next?: string | null }, name: string): string | null {
  if (page.next == null) return null;
  return new URL(page.next, "http://localhost").searchParams.get(name);
}

/** Every row of a cursor-paginated list; for lists that people keep short (classes, keys, members). */
export async function everyPage<T>(fetchPage: (cursor: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const rows: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await fetchPage(cursor);
    rows.push(...page.results);
    cursor = nextParameter(page, "cursor") ?? undefined;
  } while (cursor !== undefined);
  return rows;
}
