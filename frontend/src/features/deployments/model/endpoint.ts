import type { Deployment } from "@/api/types";

/** The full address that programs outside call; the server may give it relative to itself. */
export function endpointUrl(deployment: Pick<Deployment, "endpoint" | "id">, origin: string): string {
  const given = deployment.endpoint !== "" ? deployment.endpoint : `/api/v1/deployments/${deployment.id}/predict`;
  return new URL(given, origin).href;
}

export function curlText(url: string): string {
  return [
    `curl -X POST '${url}?output=polygons,mask' \\`,
    `  -H "Authorization: Bearer $TESSERA_API_KEY" \\`,
    `  -F image=@photo.jpg`,
  ].join("\n");
}

export function pythonText(url: string): string {
  return [
    "import os, httpx",
    "",
    `answer = httpx.post(`,
    `    "${url}",`,
    `    params={"output": "polygons,mask"},`,
    `    headers={"Authorization": f"Bearer {os.environ['TESSERA_API_KEY']}"},`,
    `    files={"image": open("photo.jpg", "rb")},`,
    `)`,
    `for found in answer.raise_for_status().json()["predictions"]:`,
    `    print(found["class"]["name"], found["score"], found["bbox"])`,
  ].join("\n");
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
