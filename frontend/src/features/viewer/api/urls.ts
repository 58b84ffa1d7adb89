import { imageUrl } from "@/components/assetUrls";
import type { LayerId } from "../model/layers";

/** What the pictures of one image's layers are asked for with. */
export interface Source {
  artifact: string;
  asset: string;
  /** A short text that changes with the looks of the classes. */
  look: string;
  snapshot: string | null;
  split: string;
  cell: string | null;
  against: string | null;
  /** The step looked at where it is no artifact that was kept: only its overlay is there. */
  sample: string | null;
}

/** Where a layer's picture lies; null of one that this image or step does not have. */
export function layerUrl(layer: LayerId, source: Source): string | null {
  const { artifact, asset, look, snapshot, split, cell, against, sample } = source;
  const picture = (of: string, name: string, query: Record<string, string>) =>
    `/api/v1/artifacts/${of}/predictions/${asset}/${name}.png?${new URLSearchParams({ ...query, c: look }).toString()}`;
  const evaluated = { ...(snapshot === null ? {} : { snapshot }), split };
  switch (layer) {
    case "image":
      return imageUrl(asset);
    case "truth":
      return picture(artifact, "truth", evaluated);
    case "prediction":
      return sample ?? picture(artifact, "overlay", {});
    case "errors":
      return sample === null ? picture(artifact, "errors", evaluated) : null;
    case "confidence":
    case "entropy":
      return sample === null ? picture(artifact, layer, {}) : null;
    case "other":
      return against === null ? null : picture(against, "overlay", {});
    case "difference":
      return against === null || sample !== null ? null : picture(artifact, "difference", { against });
    case "cell":
      return cell === null || sample !== null ? null : picture(artifact, "cell", { ...evaluated, cell });
  }
}
