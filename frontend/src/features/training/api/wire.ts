import { csrfHeaders, problemOf } from "@/api/client";
import { unreachable } from "@/api/problem";

/** A JSON request that can be given up; failures are ProblemError, like those of the client. */
export async function send<T>(method: "GET" | "POST" | "DELETE", path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json", ...csrfHeaders() };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const response = await fetch(path, { method, headers, signal: signal ?? null, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }).catch(
    (error: unknown) => {
      throw error instanceof DOMException && error.name === "AbortError" ? error : unreachable();
    },
  );
  if (!response.ok) throw await problemOf(response, path);
  return (response.status === 204 ? undefined : await response.json()) as T;
}
