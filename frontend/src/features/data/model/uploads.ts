export type UploadState = "waiting" | "sending" | "done" | "duplicate" | "failed";

export interface Upload {
  id: number;
  name: string;
  size: number;
  state: UploadState;
  progress: number;
  reason: string;
}

export interface UploadSummary {
  total: number;
  finished: number;
  failed: number;
  duplicates: number;
  fraction: number;
  active: boolean;
}

const OVER: ReadonlySet<UploadState> = new Set(["done", "duplicate", "failed"]);
const ARCHIVES = /\.(zip|json|xml|tar|gz)$/i;

/** Why a file is not worth sending, or null. */
export function refusal(file: { name: string; size: number }): string | null {
  if (ARCHIVES.test(file.name)) return "Archives and annotation files go to Import & export.";
  if (file.size === 0) return "The file is empty.";
  return null;
}

export function change(uploads: readonly Upload[], id: number, patch: Partial<Upload>): Upload[] {
  return uploads.map((upload) => (upload.id === id ? { ...upload, ...patch } : upload));
}

/** Progress over all files, weighed by size, so that one large file does not hide behind many small ones. */
export function summary(uploads: readonly Upload[]): UploadSummary {
  const counted = (state: UploadState) => uploads.filter((upload) => upload.state === state).length;
  const size = uploads.reduce((sum, upload) => sum + upload.size, 0);
  const sent = uploads.reduce((sum, { state, progress, size: bytes }) => sum + bytes * (OVER.has(state) ? 1 : progress), 0);
  const finished = uploads.filter(({ state }) => OVER.has(state)).length;
  return {
    total: uploads.length,
    finished,
    failed: counted("failed"),
    duplicates: counted("duplicate"),
    fraction: size === 0 ? (uploads.length === 0 ? 0 : finished / uploads.length) : sent / size,
    active: finished < uploads.length,
  };
}
