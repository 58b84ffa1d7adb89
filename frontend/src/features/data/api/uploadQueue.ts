import { useSyncExternalStore } from "react";
import { explain } from "@/api/problem";
import { queryClient } from "@/api/query";
import type { Uploaded } from "@/api/types";
import { postForm } from "@/api/upload";
import type { Dropped } from "../model/dropped";
import { BATCH_FILES, change, isArchive, LARGE, type Purpose, refusal, type Refused, type Upload } from "../model/uploads";
import { jobOver, type Received, sendInPieces } from "./tusUpload";

const AT_ONCE = 3;
const REFRESH = 1500;
const NONE: readonly Upload[] = [];
const ASSETS: Purpose = { kind: "assets" };

interface Item extends Dropped {
  id: number;
  purpose: Purpose;
}

interface Queue {
  uploads: readonly Upload[];
  items: Map<number, Item>;
  /** Who breaks off what is under way, by upload. */
  breaks: Map<number, AbortController>;
  sending: number;
  paused: boolean;
  history: { at: number; bytes: number }[];
  refresh: ReturnType<typeof setTimeout> | undefined;
}

// Outlives the page, so that uploads go on while a person looks at something else.
const queues = new Map<string, Queue>();
const listeners = new Set<() => void>();
let lastId = 0;

function queueOf(projectId: string): Queue {
  let queue = queues.get(projectId);
  if (!queue) {
    queue = { uploads: NONE, items: new Map(), breaks: new Map(), sending: 0, paused: false, history: [], refresh: undefined };
    queues.set(projectId, queue);
  }
  return queue;
}

function set(queue: Queue, uploads: readonly Upload[]): void {
  queue.uploads = uploads;
  for (const listener of listeners) listener();
}

function update(queue: Queue, id: number, patch: Partial<Upload>): void {
  set(queue, change(queue.uploads, id, patch));
}

export function addUploads(projectId: string, files: readonly Dropped[], purpose: Purpose = ASSETS): void {
  const queue = queueOf(projectId);
  const added = files.map(({ file, path }): Upload => {
    lastId += 1;
    const reason = refusal(file);
    queue.items.set(lastId, { id: lastId, file, path, purpose });
    return { id: lastId, name: path, size: file.size, state: reason === null ? "waiting" : "failed", progress: 0, reason: reason ?? "" };
  });
  set(queue, [...queue.uploads, ...added]);
  pump(projectId, queue);
}

export function retryUploads(projectId: string, id?: number): void {
  const queue = queueOf(projectId);
  const again = (upload: Upload) => upload.state === "failed" && (id === undefined || upload.id === id) && queue.items.has(upload.id);
  set(queue, queue.uploads.map((upload) => (again(upload) ? { ...upload, state: "waiting", reason: "" } : upload)));
  pump(projectId, queue);
}

/** Stop sending, one file or all; what has arrived of large files stays there. */
export function pauseUploads(projectId: string, id?: number): void {
  const queue = queueOf(projectId);
  if (id === undefined) queue.paused = true;
  const stops = ({ id: own, state }: Upload) => (id === undefined || own === id) && (state === "waiting" || state === "sending");
  const stopped = queue.uploads.filter(stops).map((upload) => upload.id);
  set(queue, queue.uploads.map((upload) => (stops(upload) ? { ...upload, state: "paused" } : upload)));
  for (const each of stopped) queue.breaks.get(each)?.abort();
}

export function resumeUploads(projectId: string, id?: number): void {
  const queue = queueOf(projectId);
  queue.paused = false;
  set(
    queue,
    queue.uploads.map((upload) => (upload.state === "paused" && (id === undefined || upload.id === id) ? { ...upload, state: "waiting" } : upload)),
  );
  pump(projectId, queue);
}

/** Take one file off the list, or all that is over or not begun. */
export function clearUploads(projectId: string, id?: number): void {
  const queue = queueOf(projectId);
  const stays = (upload: Upload) => (id === undefined ? upload.state === "sending" || upload.state === "processing" : upload.id !== id);
  for (const upload of queue.uploads) {
    if (stays(upload)) continue;
    queue.breaks.get(upload.id)?.abort();
    queue.items.delete(upload.id);
  }
  queue.paused = false;
  set(queue, queue.uploads.filter(stays));
}

function pump(projectId: string, queue: Queue): void {
  while (queue.sending < AT_ONCE && !queue.paused) {
    const batch = nextBatch(queue);
    const [first] = batch;
    if (!first) return;
    queue.sending += 1;
    const abort = new AbortController();
    for (const { id } of batch) {
      queue.breaks.set(id, abort);
      update(queue, id, { state: "sending" });
    }
    const work = inPieces(first) ? sendLarge(projectId, queue, first, abort.signal) : sendSmall(projectId, queue, batch, abort.signal);
    void work
      .catch((error: unknown) => failed(queue, batch, error))
      .finally(() => {
        for (const { id } of batch) if (queue.breaks.get(id) === abort) queue.breaks.delete(id);
        queue.sending -= 1;
        refreshSoon(projectId, queue);
        pump(projectId, queue);
      });
  }
}

/** One large file, or some small ones that share a request. */
function nextBatch(queue: Queue): Item[] {
  const batch: Item[] = [];
  let size = 0;
  for (const { id, state } of queue.uploads) {
    const item = state === "waiting" ? queue.items.get(id) : undefined;
    if (!item) continue;
    if (inPieces(item)) return batch.length > 0 ? batch : [item];
    if (batch.length === BATCH_FILES || size + item.file.size > LARGE) return batch;
    batch.push(item);
    size += item.file.size;
  }
  return batch;
}

/** A form carries no folders, and cannot be taken up again. */
function inPieces({ file, path, purpose }: Item): boolean {
  return purpose.kind === "import" || file.size > LARGE || isArchive(path) || path.includes("/");
}

async function sendSmall(projectId: string, queue: Queue, batch: readonly Item[], signal: AbortSignal): Promise<void> {
  const form = new FormData();
  for (const { file } of batch) form.append("files", file, file.name);
  const { results } = await postForm<{ results: Uploaded[] }>(`/api/v1/projects/${projectId}/assets`, form, {
    signal,
    onProgress: (progress) => {
      const ids = new Set(batch.map(({ id }) => id));
      set(queue, queue.uploads.map((upload) => (ids.has(upload.id) && upload.state === "sending" ? { ...upload, progress } : upload)));
      note(queue);
    },
  });
  batch.forEach(({ id }, index) => over(queue, id, outcome(results[index])));
}

async function sendLarge(projectId: string, queue: Queue, { id, file, path, purpose }: Item, signal: AbortSignal): Promise<void> {
  const received = await sendInPieces(file, {
    projectId,
    path,
    purpose,
    signal,
    onProgress: (progress) => {
      update(queue, id, { progress });
      note(queue);
    },
  });
  if (received.job === null) {
    over(queue, id, received.error ? { state: "failed", reason: received.error } : outcome(received.results[0] as Uploaded | undefined));
    return;
  }
  // The next file need not wait for this one's job.
  update(queue, id, { state: "processing", progress: 0, reason: "" });
  void follow(projectId, queue, id, received);
}

async function follow(projectId: string, queue: Queue, id: number, received: Received): Promise<void> {
  try {
    const job = await jobOver(received.job ?? "", (progress, message) => update(queue, id, { progress, reason: message }));
    if (job.status === "succeeded") over(queue, id, resultOf(job.result as Partial<Result> | null));
    else over(queue, id, { state: "failed", reason: job.error?.detail ?? "It was cancelled." });
  } catch (error) {
    failed(queue, [{ id }], error);
  }
  refreshSoon(projectId, queue);
}

interface Result {
  assets: number;
  annotations: number;
  duplicates: number;
  skipped: Refused[];
}

function resultOf(result: Partial<Result> | null): Partial<Upload> {
  const { assets = 0, annotations, duplicates = 0, skipped = [] } = result ?? {};
  const parts = [
    `${assets} new`,
    annotations !== undefined && `${annotations} annotations`,
    duplicates > 0 && `${duplicates} already here`,
    skipped.length > 0 && `${skipped.length} left out`,
  ];
  return { state: "done", progress: 1, reason: parts.filter((part) => part !== false).join(", "), skipped };
}

function outcome(asset: Uploaded | undefined): Partial<Upload> {
  if (!asset) return { state: "failed", reason: "The server did not say what became of this file." };
  if (asset.status === "rejected") return { state: "failed", reason: asset.error ?? "" };
  if (asset.duplicate_of != null) return { state: "duplicate", reason: `Already here as ${asset.name}` };
  return { state: "done", progress: 1 };
}

function over(queue: Queue, id: number, patch: Partial<Upload>): void {
  update(queue, id, patch);
  if (patch.state !== "failed") queue.items.delete(id);
  note(queue);
}

function failed(queue: Queue, batch: readonly { id: number }[], error: unknown): void {
  if (error instanceof DOMException && error.name === "AbortError") {
    // Who paused has said what becomes of its own; the others of the request wait again.
    const ids = new Set(batch.map(({ id }) => id));
    set(queue, queue.uploads.map((upload) => (ids.has(upload.id) && upload.state === "sending" ? { ...upload, state: "waiting", progress: 0 } : upload)));
    return;
  }
  const { title, detail } = explain(error);
  for (const { id } of batch) update(queue, id, { state: "failed", reason: detail !== "" ? detail : title });
}

/** Remember how much was sent, for the speed. */
function note(queue: Queue): void {
  const at = Date.now();
  if (at - (queue.history.at(-1)?.at ?? 0) < 500) return;
  const bytes = queue.uploads.reduce((sum, { size, state, progress }) => sum + size * (state === "sending" ? progress : state === "waiting" || state === "paused" ? 0 : 1), 0);
  queue.history = [...queue.history.filter((entry) => at - entry.at < 11_000), { at, bytes }];
}

export function historyOf(projectId: string): readonly { at: number; bytes: number }[] {
  return queues.get(projectId)?.history ?? [];
}

function refreshSoon(projectId: string, queue: Queue): void {
  queue.refresh ??= setTimeout(() => {
    queue.refresh = undefined;
    void queryClient.invalidateQueries({ queryKey: ["assets", projectId] });
    void queryClient.invalidateQueries({ queryKey: ["project", projectId] });
    void queryClient.invalidateQueries({ queryKey: ["interrupted-uploads", projectId] });
  }, REFRESH);
}

export function useUploads(projectId: string): readonly Upload[] {
  return useSyncExternalStore(subscribe, () => queues.get(projectId)?.uploads ?? NONE);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

window.addEventListener("beforeunload", (event) => {
  if ([...queues.values()].some(({ sending }) => sending > 0)) event.preventDefault();
});
