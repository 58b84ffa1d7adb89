import { csrfHeaders } from "@/api/client";
import { ProblemError, readProblem, unreachable } from "@/api/problem";

interface Options {
  onProgress?: (fraction: number) => void;
  signal?: AbortSignal;
}

/** POST a form with upload progress, which `fetch` cannot tell. Rejects with ProblemError, or AbortError. */
export function postForm<T>(url: string, form: FormData, { onProgress, signal }: Options = {}): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.setRequestHeader("Accept", "application/json");
    for (const [name, value] of Object.entries(csrfHeaders())) request.setRequestHeader(name, value);
    request.responseType = "text";
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress?.(event.loaded / event.total);
    };
    request.onload = () => {
      const body = parsed(request.responseText);
      if (request.status >= 200 && request.status < 300) resolve(body as T);
      else reject(new ProblemError(readProblem(request.status, body)));
    };
    request.onerror = () => reject(unreachable());
    request.onabort = () => reject(new DOMException("Cancelled", "AbortError"));
    signal?.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
