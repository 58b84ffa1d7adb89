import type { Deployment } from "@/api/types";

/** The full address that programs outside call; the server may give it relative to itself. */
export function endpointUrl(deployment: Pick<Deployment, "endpoint" | "id">, origin: string): string {
  const given = deployment.endpoint !== "" ? deployment.endpoint : `/api/v1/deployments/${deployment.id}/predict`;
  return new URL(given, origin).href;
}

/** JSON that fits on a screen: long number lists and strings are cut, with how much was left out. */
export function shortened(value: unknown, most = 6): unknown {
  if (typeof value === "string") return value.length > 120 ? `${value.slice(0, 60)}… (${value.length} characters)` : value;
  if (Array.isArray(value)) {
    const items: unknown[] = value.slice(0, most).map((item) => shortened(item, most));
    return value.length > most ? [...items, `… ${value.length - most} more`] : items;
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shortened(item, most)]));
  }
  return value;
}

/** JSON whose innermost lists stand on one line, so that points read as points. */
export function readable(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(/\[\s+((?:-?[\d.e+-]+,?\s*)+)\]/g, (_, inner: string) => `[${inner.trim().replace(/\s+/g, " ")}]`);
}
