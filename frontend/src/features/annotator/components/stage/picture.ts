import { imageUrl, thumbnailUrl } from "@/components/assetUrls";
import { levelSizes } from "../../model/view/levels";

/** A picture with its scaled copies; levels come in one by one, the small ones first. */
export interface Picture {
  readonly levels: readonly ImageBitmap[];
  readonly full: ImageBitmap | null;
  readonly error: string | null;
}

export interface PictureHandle {
  get(): Picture;
  subscribe(listener: () => void): () => void;
  /** RGBA of the whole picture, made on the first call; null until it has loaded. */
  pixels(width: number, height: number): ImageData | null;
  /** Tries again what failed; without, the page has to be loaded anew. */
  retry?(): void;
}

/** Decoded pictures are large: the one on the screen, the next two and the one before. */
const KEPT = 4;
const kept = new Map<string, PictureHandle & { close: () => void }>();

/** The asset's picture, loaded once; asking for it ahead of time is how the next one is there at once. */
export function openPicture(assetId: string): PictureHandle {
  const known = kept.get(assetId);
  if (known) {
    kept.delete(assetId);
    kept.set(assetId, known);
    return known;
  }
  const handle = load(assetId);
  kept.set(assetId, handle);
  for (const [id, old] of kept) {
    if (kept.size <= KEPT) break;
    kept.delete(id);
    old.close();
  }
  return handle;
}

function load(assetId: string): PictureHandle & { close: () => void } {
  const listeners = new Set<() => void>();
  const aborted = new AbortController();
  let picture: Picture = { levels: [], full: null, error: null };
  let data: ImageData | null = null;
  const set = (next: Partial<Picture>) => {
    picture = { ...picture, ...next };
    for (const listener of listeners) listener();
  };
  void fill().catch(() => {
    if (!aborted.signal.aborted) set({ error: "The image could not be loaded. Check the connection, then reload the page." });
  });
  return {
    get: () => picture,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    pixels(width, height) {
      if (data || !picture.full) return data;
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext("2d", { willReadFrequently: true });
      context?.drawImage(picture.full, 0, 0, width, height);
      data = context?.getImageData(0, 0, width, height) ?? null;
      return data;
    },
    close() {
      aborted.abort();
      for (const level of picture.levels) level.close();
      listeners.clear();
    },
  };

  async function fill(): Promise<void> {
    const { signal } = aborted;
    // The thumbnail is in the cache already when one comes from the grid: something to see at once.
    const first = bitmap(thumbnailUrl(assetId, 640), signal).then(
      (small) => {
        if (picture.full === null) set({ levels: [small] });
      },
      () => undefined,
    );
    const full = await bitmap(imageUrl(assetId), signal);
    set({ full, levels: [full] });
    await first;
    for (const { width, height } of levelSizes(full.width, full.height)) {
      if (signal.aborted) return;
      const from = picture.levels.at(-1) ?? full;
      const level = await createImageBitmap(from, { resizeWidth: width, resizeHeight: height, resizeQuality: "medium" });
      set({ levels: [...picture.levels, level] });
    }
  }
}

async function bitmap(url: string, signal: AbortSignal): Promise<ImageBitmap> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(`${response.status}`);
  return createImageBitmap(await response.blob());
}
