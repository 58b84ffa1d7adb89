/** Where somebody came from and goes back to, as the address says it. */
export interface Back {
  path: string;
  title: string;
}

const TITLES: readonly [RegExp, string][] = [
  [/^\/artifacts\/[^/?]+\/viewer(\?|$)/, "Back to evaluation"],
  [/^\/artifacts(\/|\?|$)/, "Back to the artifact"],
  [/^\/label-check(\?|$)/, "Back to label check"],
];

/** `?back=`: a page of the same project, null where it is none. Anything else would lead astray whoever follows a made-up link. */
export function readBack(search: URLSearchParams, projectId: string): Back | null {
  const path = search.get("back");
  const root = `/projects/${projectId}/`;
  if (path === null || !path.startsWith(root) || path.includes("\\") || /\/\.\.?(\/|\?|#|$)/.test(path)) return null;
  const page = path.slice(root.length - 1);
  return { path, title: TITLES.find(([pattern]) => pattern.test(page))?.[1] ?? "Back" };
}
