export const SPLITS = [
  { value: "val", label: "Validation" },
  { value: "test", label: "Test" },
  { value: "train", label: "Training" },
] as const;

type SplitName = (typeof SPLITS)[number]["value"];

/** What artifacts are judged on, as addresses and requests carry it; what is not said the server chooses. */
export interface Judging {
  snapshot?: string;
  split?: SplitName;
}

export function readJudged(search: URLSearchParams): Judging {
  const snapshot = search.get("snapshot");
  const split = SPLITS.find(({ value }) => value === search.get("split"))?.value;
  return { ...(snapshot === null ? {} : { snapshot }), ...(split === undefined ? {} : { split }) };
}

export function writeJudged(judged: { snapshot?: string | undefined; split?: string | undefined }): URLSearchParams {
  const search = new URLSearchParams();
  if (judged.snapshot !== undefined) search.set("snapshot", judged.snapshot);
  if (judged.split !== undefined) search.set("split", judged.split);
  return search;
}

export function artifactPath(projectId: string, artifact: string, judged: Parameters<typeof writeJudged>[0] = {}): string {
  const query = writeJudged(judged).toString();
  return `/projects/${projectId}/artifacts/${artifact}${query === "" ? "" : `?${query}`}`;
}

export function comparePath(projectId: string, ids: readonly string[], judged: Parameters<typeof writeJudged>[0]): string {
  const search = writeJudged(judged);
  search.set("ids", ids.join(","));
  return `/projects/${projectId}/artifacts/compare?${search.toString()}`;
}
