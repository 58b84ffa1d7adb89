/** Where one's own answer to an image is drawn. */
export function answerPath(projectId: string, assetId: string): string {
  return `/projects/${projectId}/annotate/${assetId}?answer=mine`;
}

/** Where the answers to an image are compared and merged. */
export function comparePath(projectId: string, assetId: string): string {
  return `/projects/${projectId}/consensus/${assetId}`;
}

/** Where rounds are; the ids in the link's state `give` are given out there. */
export function roundPath(projectId: string): string {
  return `/projects/${projectId}/consensus`;
}
