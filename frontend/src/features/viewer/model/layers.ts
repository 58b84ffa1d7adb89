/** What one pane can show of an image. Everything but the image itself lies over it. */
export interface Layer {
  id: LayerId;
  title: string;
  /** The key that shows and hides it. */
  key: string;
  /** What it takes: a second artifact, or a cell of the matrix. */
  needs?: "against" | "cell";
}

export type LayerId = "image" | "truth" | "prediction" | "errors" | "confidence" | "entropy" | "other" | "difference" | "cell";

export const LAYERS: readonly Layer[] = [
  { id: "image", title: "Image", key: "1" },
  { id: "truth", title: "Truth", key: "2" },
  { id: "prediction", title: "Prediction", key: "3" },
  { id: "errors", title: "Errors", key: "4" },
  { id: "confidence", title: "Confidence", key: "5" },
  { id: "entropy", title: "Entropy", key: "6" },
  { id: "other", title: "Other model", key: "7", needs: "against" },
  { id: "difference", title: "Difference", key: "8", needs: "against" },
  { id: "cell", title: "Cell", key: "9", needs: "cell" },
];

export const MOST_PANES = 6;

interface Has {
  against: string | null;
  cell: string | null;
}

/** The layers that can be shown with what the address names. */
export function offered(has: Has): Layer[] {
  return LAYERS.filter(({ needs }) => needs === undefined || has[needs] !== null);
}

export function layerOf(id: string | null | undefined): LayerId | null {
  return LAYERS.find((layer) => layer.id === id)?.id ?? null;
}

/** The panes with one more or one less, in the order of the layers; the last one stays, and there are never more than six. */
export function toggled(panes: readonly LayerId[], id: LayerId): LayerId[] {
  if (panes.includes(id)) return panes.length === 1 ? [...panes] : panes.filter((one) => one !== id);
  if (panes.length >= MOST_PANES) return [...panes];
  return LAYERS.flatMap((layer) => (layer.id === id || panes.includes(layer.id) ? [layer.id] : []));
}
