import { DetailedError, Upload as TusUpload } from "tus-js-client";
import { api, csrfHeaders, ok } from "@/api/client";
import { ProblemError, readProblem } from "@/api/problem";
import type { components } from "@/api/schema";
import type { Job } from "@/api/types";
import { LARGE, type Purpose } from "../model/uploads";

export type Received = components["schemas"]["ResumableUpload"];

const ENDPOINT = "/api/v1/uploads";
const PIECE = 64 * 2 ** 20;
const POLL = 1000;

interface Options {
  projectId: string;
  path: string;
  purpose: Purpose;
  signal: AbortSignal;
  onProgress: (fraction: number) => void;
}

/** Send a file in pieces; one that was begun earlier, here or before the page was loaded, goes on where it was. */
export async function sendInPieces(file: File, { projectId, path, purpose, signal, onProgress }: Options): Promise<Received> {
  const metadata: Record<string, string> = { filename: file.name, relativePath: path, project: projectId, purpose: purpose.kind };
  if (purpose.kind === "import") {
    metadata["format"] = purpose.format ?? "";
    metadata["create_classes"] = String(purpose.createClasses ?? false);
  }
  const fingerprint = ["tessera", projectId, purpose.kind, purpose.format ?? "", path, file.size, file.lastModified].join(":");
  const place = await new Promise<string>((resolve, reject) => {
    const upload = new TusUpload(file, {
      endpoint: ENDPOINT,
      metadata,
      headers: csrfHeaders(),
      chunkSize: PIECE,
      retryDelays: [0, 1000, 3000, 5000, 10_000, 20_000],
      // A small file needs no second request.
      uploadDataDuringCreation: file.size <= LARGE,
      removeFingerprintOnSuccess: true,
      fingerprint: () => Promise.resolve(fingerprint),
      onProgress: (sent, total) => onProgress(total > 0 ? sent / total : 0),
      onSuccess: () => resolve(upload.url ?? ""),
      onError: (error) => reject(problemOf(error)),
    });
    signal.addEventListener("abort", () => {
      void upload.abort();
      reject(new DOMException("Paused", "AbortError"));
    });
    void upload.findPreviousUploads().then(([previous]) => {
      if (signal.aborted) return;
      if (previous) upload.resumeFromPreviousUpload(previous);
      upload.start();
    });
  });
  return received(place.split("/").at(-1) ?? "");
}

function problemOf(error: Error): Error {
  const response = error instanceof DetailedError ? error.originalResponse : null;
  if (!response) return error;
  try {
    return new ProblemError(readProblem(response.getStatus(), JSON.parse(response.getBody())));
  } catch {
    return error;
  }
}

export function received(id: string): Promise<Received> {
  return ok<Received>(api.GET("/api/v1/uploads/{upload_id}", { params: { path: { upload_id: id } } }));
}

/** The job that takes a file in, when it is over. */
export async function jobOver(id: string, onProgress: (fraction: number, message: string) => void): Promise<Job> {
  for (;;) {
    const job = await ok<Job>(api.GET("/api/v1/jobs/{job_id}", { params: { path: { job_id: id } } }));
    if (job.status !== "queued" && job.status !== "running") return job;
    onProgress(job.progress, job.message);
    await new Promise((resolve) => setTimeout(resolve, POLL));
  }
}
