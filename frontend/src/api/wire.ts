import { api, ok } from "@/api/client";

type Query = Record<string, string | number | boolean | undefined>;

/** An answer of an address, with the guard, the CSRF token and the problems of every other request. */
export function get<T>(path: string, query: Query = {}): Promise<T> {
  return ok<T>(api.GET(path as never, { params: { query } } as never));
}

export function post<T>(path: string, body?: unknown): Promise<T> {
  return ok<T>(api.POST(path as never, { body } as never));
}

export function patch<T>(path: string, body: unknown): Promise<T> {
  return ok<T>(api.PATCH(path as never, { body } as never));
}

export async function remove(path: string): Promise<void> {
  await ok(api.DELETE(path as never, {} as never));
}
