import createClient, { type Middleware } from "openapi-fetch";
import { ProblemError, readProblem, unreachable } from "@/api/problem";
import type { paths } from "@/api/schema";

let csrfToken = "";
let onUnauthenticated: () => void = () => undefined;

/** The token of the current session; `GET /session` gives it, and every change sends it back. */
export function setCsrfToken(token: string): void {
  csrfToken = token;
}

/** What happens when the server no longer knows this session. */
export function whenUnauthenticated(callback: () => void): void {
  onUnauthenticated = callback;
}

export function csrfHeaders(): Record<string, string> {
  return csrfToken === "" ? {} : { "X-CSRFToken": csrfToken };
}

const guard: Middleware = {
  onRequest({ request }) {
    if (request.method !== "GET" && csrfToken !== "") request.headers.set("X-CSRFToken", csrfToken);
    return request;
  },
  async onResponse({ response, schemaPath }) {
    if (response.ok) return undefined;
    throw await problemOf(response, schemaPath);
  },
  onError() {
    return unreachable();
  },
};

/** The error of a failed response, read whatever its body is. */
export async function problemOf(response: Response, path = ""): Promise<ProblemError> {
  const text = await response.text();
  if (response.status === 401 && !path.endsWith("/session")) onUnauthenticated();
  const retryAfter = Number(response.headers.get("Retry-After"));
  return new ProblemError(readProblem(response.status, parsed(text)), retryAfter > 0 ? retryAfter : null);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

export const api = createClient<paths>({ baseUrl: "/", headers: { Accept: "application/json" } });
api.use(guard);

/**
 * The body of an answer; failures were thrown by the client as ProblemError. `T` is one of `api/types`, which give the
 * document's own types their shape where it leaves JSON open.
 */
export async function ok<T>(answer: Promise<{ data?: unknown }>): Promise<T> {
  const { data } = await answer;
  return data as T;
}
