export type UploadState = "waiting" | "sending" | "paused" | "processing" | "done" | "duplicate" | "failed";

/** What a file is sent as: pictures and videos, a ZIP of them, or labels to import. */
export interface Purpose {
  kind: "assets" | "import";
  format?: string;
  createClasses?: boolean;
}

export interface Refused {
  item: string;
  reason: string;
}

export interface Upload {
  id: number;
  /** With the folders that it was dropped with. */
  name: string;
  size: number;
  state: UploadState;
  /** Of the bytes while it is sent, of the job while it is processed. */
  progress: number;
  reason: string;
  /** What of a ZIP was left out. */
  skipped?: readonly Refused[];
}

export interface UploadSummary {
  total: number;
  finished: number;
  failed: number;
  duplicates: number;
  paused: number;
  skipped: number;
  sentBytes: number;
  totalBytes: number;
  fraction: number;
  active: boolean;
}

/** Beyond this a file goes in pieces that can be taken up again, and smaller ones share a request. */
export const LARGE = 8 * 2 ** 20;
export const BATCH_FILES = 10;

const OVER: ReadonlySet<UploadState> = new Set(["done", "duplicate", "failed"]);
const SENT: ReadonlySet<UploadState> = new Set([...OVER, "processing"]);
const OTHER_ARCHIVES = /\.(tar|gz|tgz|7z|rar|bz2|xz)$/i;

export function isArchive(name: string): boolean {
  return /\.zip$/i.test(name);
}

/** Whether a file holds labels by its name: those that need to be told a format. */
export function isLabels(name: string): boolean {
  return /\.(json|xml)$/i.test(name);
}

/** What lies about in folders and nobody means to send. */
export function isJunk(path: string): boolean {
  return /(^|\/)(\.[^/]*|__MACOSX|Thumbs\.db|desktop\.ini)(\/|$)/i.test(path);
}

/** Why a file is not worth sending, or null. */
export function refusal(file: { name: string; size: number }): string | null {
  if (OTHER_ARCHIVES.test(file.name)) return "Of archives only ZIPs are opened: pack it as a ZIP.";
  if (file.size === 0) return "The file is empty.";
  return null;
}

export function change(uploads: readonly Upload[], id: number, patch: Partial<Upload>): Upload[] {
  return uploads.map((upload) => (upload.id === id ? { ...upload, ...patch } : upload));
}

/** Progress over all files, weighed by size, so that one large file does not hide behind many small ones. */
export function summary(uploads: readonly Upload[]): UploadSummary {
  const counts: Partial<Record<UploadState, number>> = {};
  let sentBytes = 0;
  let totalBytes = 0;
  let skipped = 0;
  for (const { state, size, progress, skipped: left } of uploads) {
    counts[state] = (counts[state] ?? 0) + 1;
    totalBytes += size;
    sentBytes += size * (SENT.has(state) ? 1 : progress);
    skipped += left?.length ?? 0;
  }
  const of = (state: UploadState) => counts[state] ?? 0;
  const finished = of("done") + of("duplicate") + of("failed");
  return {
    total: uploads.length,
    finished,
    failed: of("failed"),
    duplicates: of("duplicate"),
    paused: of("paused"),
    skipped,
    sentBytes,
    totalBytes,
    fraction: totalBytes === 0 ? (uploads.length === 0 ? 0 : finished / uploads.length) : sentBytes / totalBytes,
    active: of("waiting") + of("sending") + of("processing") > 0,
  };
}

/** Everything that did not come in, with its reason: files, and what was in ZIPs. */
export function refusals(uploads: readonly Upload[]): Refused[] {
  return uploads.flatMap(({ name, state, reason, skipped }) => [
    ...(state === "failed" || state === "duplicate" ? [{ item: name, reason }] : []),
    ...(skipped ?? []).map(({ item, reason: why }) => ({ item: `${name}: ${item}`, reason: why })),
  ]);
}

/** As a table that any spreadsheet reads. */
export function asCsv(rows: readonly Refused[]): string {
  const cell = (text: string) => `"${(/^[=+\-@]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  return ["file,reason", ...rows.map(({ item, reason }) => `${cell(item)},${cell(reason)}`)].join("\r\n");
}

/** Bytes a second from what was sent at some times, the last ten seconds counting; null before one is over. */
export function speed(history: readonly { at: number; bytes: number }[]): number | null {
  const last = history.at(-1);
  const first = last && history.find(({ at }) => last.at - at <= 10_000);
  if (!first || !last || last.at - first.at < 1000) return null;
  return ((last.bytes - first.bytes) / (last.at - first.at)) * 1000;
}
