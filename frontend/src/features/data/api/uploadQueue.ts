import { useSyncExternalStore } from "react";
import { explain } from "@/api/problem";
import { queryClient } from "@/api/query";
import type { Uploaded } from "@/api/types";
import { postForm } from "@/api/upload";
import { change, refusal, type Upload } from "../model/uploads";

const AT_ONCE = 3;
const REFRESH = 1500;
const NONE: readonly Upload[] = [];

interface Queue {
  uploads: readonly Upload[];
  waiting: { id: number; file: File }[];
  files: Map<number, File>;
  sending: number;
  refresh: ReturnType<typeof setTimeout> | undefined;
}

// Outlives the page, so that uploads go on while a person looks at something else.
const queues = new Map<string, Queue>();
const listeners = new Set<() => void>();
let lastId = 0;

function queueOf(projectId: string): Queue {
  let queue = queues.get(projectId);
  if (!queue) {
    queue = { uploads: NONE, waiting: [], files: new Map(), sending: 0, refresh: undefined };
    queues.set(projectId, queue);
  }
  return queue;
}

function set(queue: Queue, uploads: readonly Upload[]): void {
  queue.uploads = uploads;
  for (const listener of listeners) listener();
}

export function addUploads(projectId: string, files: readonly File[]): void {
  const queue = queueOf(projectId);
  const added = files.map((file): Upload => {
    lastId += 1;
    const reason = refusal(file);
    queue.files.set(lastId, file);
    if (reason === null) queue.waiting.push({ id: lastId, file });
    const state = reason === null ? "waiting" : "failed";
    return { id: lastId, name: file.name, size: file.size, state, progress: 0, reason: reason ?? "" };
  });
  set(queue, [...queue.uploads, ...added]);
  pump(projectId, queue);
}

export function retryUploads(projectId: string): void {
  const queue = queueOf(projectId);
  const failed = queue.uploads.filter(({ state }) => state === "failed");
  const files = failed.flatMap(({ id }) => queue.files.get(id) ?? []);
  set(queue, queue.uploads.filter(({ state }) => state !== "failed"));
  addUploads(projectId, files);
}

export function clearUploads(projectId: string): void {
  const queue = queueOf(projectId);
  queue.waiting = [];
  queue.files.clear();
  set(queue, queue.uploads.filter(({ state }) => state === "sending"));
}

function pump(projectId: string, queue: Queue): void {
  while (queue.sending < AT_ONCE) {
    const next = queue.waiting.shift();
    if (!next) return;
    queue.sending += 1;
    void send(projectId, queue, next.id, next.file).finally(() => {
      queue.sending -= 1;
      pump(projectId, queue);
    });
  }
}

async function send(projectId: string, queue: Queue, id: number, file: File): Promise<void> {
  const update = (patch: Partial<Upload>) => set(queue, change(queue.uploads, id, patch));
  update({ state: "sending" });
  const form = new FormData();
  form.append("files", file, file.name);
  try {
    const { results } = await postForm<{ results: Uploaded[] }>(`/api/v1/projects/${projectId}/assets`, form, {
      onProgress: (progress) => update({ progress }),
    });
    update(outcome(results[0]));
    queue.files.delete(id);
  } catch (error) {
    const { title, detail } = explain(error);
    update({ state: "failed", reason: detail !== "" ? detail : title });
  }
  queue.refresh ??= setTimeout(() => {
    queue.refresh = undefined;
    void queryClient.invalidateQueries({ queryKey: ["assets", projectId] });
    void queryClient.invalidateQueries({ queryKey: ["project", projectId] });
  }, REFRESH);
}

function outcome(asset: Uploaded | undefined): Partial<Upload> {
  if (!asset) return { state: "failed", reason: "The server did not say what became of this file." };
  if (asset.status === "rejected") return { state: "failed", reason: asset.error ?? "" };
  if (asset.duplicate_of != null) return { state: "duplicate", reason: "This image is in the project already." };
  return { state: "done", progress: 1 };
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
