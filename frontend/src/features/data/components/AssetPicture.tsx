import { Loader } from "@mantine/core";
import { useState } from "react";
import type { Asset } from "@/api/types";
import { overlayUrl } from "@/components/assetUrls";
import { IconAlert } from "@/components/icons";
import type { OverlaySettings } from "@/components/overlaySettings";
import classes from "./Data.module.css";

interface Props {
  asset: Asset;
  overlay: OverlaySettings;
  colours: string;
  /** CSS pixels of the longer side as it is shown. */
  side: number;
  /** Says what is the matter in words; a small picture has room for a sign only. */
  words?: boolean;
}

const SIZES = [160, 320, 640] as const;

/** An image's thumbnail, of the size that this screen shows, with its labels on it. */
export function AssetPicture({ asset, overlay, colours, side, words = true }: Props) {
  const [loaded, setLoaded] = useState(false);
  if (asset.status === "processing") {
    return (
      <div className={classes.state}>
        <Loader size="xs" />
        {words && (asset.media === "video" ? "Reading the video" : "Processing")}
      </div>
    );
  }
  if (asset.status === "rejected") {
    return (
      <div className={classes.state} title={asset.error}>
        <IconAlert size={18} />
        {words && asset.error}
      </div>
    );
  }
  const address = (size: number) => `${asset.thumbnail_url}${asset.thumbnail_url.includes("?") ? "&" : "?"}size=${size}`;
  const large = side > 200;
  const drawn = SIZES.find((size) => size >= side) ?? 640;
  return (
    <>
      {/* The small one is there already when the large one is still on its way. */}
      {large && !loaded && <img src={address(320)} alt="" className={classes.blurred} loading="lazy" decoding="async" draggable={false} />}
      <img
        src={address(320)}
        srcSet={SIZES.map((size) => `${address(size)} ${size}w`).join(", ")}
        sizes={`${side}px`}
        alt={asset.name}
        loading="lazy"
        decoding="async"
        draggable={false}
        data-loaded={loaded || undefined}
        className={classes.thumbnail}
        onLoad={() => setLoaded(true)}
      />
      {loaded && overlay.shown && asset.annotation_count > 0 && (
        <img
          src={overlayUrl(asset.id, asset.revision, colours, drawn)}
          alt=""
          loading="lazy"
          decoding="async"
          draggable={false}
          style={{ opacity: overlay.opacity }}
        />
      )}
    </>
  );
}
