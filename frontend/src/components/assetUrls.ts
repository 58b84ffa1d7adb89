/** Addresses of an asset's pictures; `v` and `c` make a changed picture a new address. */
export function thumbnailUrl(assetId: string, size: 160 | 320 | 640 = 320): string {
  return `/api/v1/assets/${assetId}/thumbnail?size=${size}`;
}

export function imageUrl(assetId: string): string {
  return `/api/v1/assets/${assetId}/image`;
}

export function overlayUrl(assetId: string, revision: number, look: string, size?: number): string {
  const query = new URLSearchParams({ v: String(revision), c: look });
  if (size !== undefined) query.set("size", String(size));
  return `/api/v1/assets/${assetId}/overlay.png?${query.toString()}`;
}
