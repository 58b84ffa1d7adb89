import { ActionIcon, Checkbox, Loader, Tooltip } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import type { Asset } from "@/api/types";
import { overlayUrl, thumbnailUrl } from "@/components/assetUrls";
import { count } from "@/components/format";
import { IconAlert, IconEdit, IconPlay } from "@/components/icons";
import type { OverlaySettings } from "@/components/overlaySettings";
import { clock } from "../model/media";
import classes from "./Data.module.css";

interface Props {
  asset: Asset;
  overlay: OverlaySettings;
  colours: string;
  search: string;
  selected: boolean;
  onSelect: (range: boolean) => void;
}

export function AssetTile({ asset, overlay, colours, search, selected, onSelect }: Props) {
  return (
    <div className={classes.tile} role="listitem" data-selected={selected || undefined}>
      <Checkbox
        size="xs"
        className={classes.check}
        aria-label={`Select ${asset.name}`}
        checked={selected}
        onChange={(event) => onSelect(event.nativeEvent instanceof MouseEvent && event.nativeEvent.shiftKey)}
      />
      {asset.status === "ready" && (
        <Tooltip label="Annotate (a)">
          <ActionIcon
            component={Link}
            to={`../annotate/${asset.id}${search}`}
            relative="path"
            size={24}
            variant="default"
            className={classes.annotate}
            aria-label={`Annotate ${asset.name}`}
          >
            <IconEdit size={14} />
          </ActionIcon>
        </Tooltip>
      )}
      <Link to={`${asset.id}${search}`} className={classes.link} data-asset={asset.id} title={asset.name}>
        <div className={classes.picture}>
          <Picture asset={asset} overlay={overlay} colours={colours} />
          {asset.media === "video" && asset.status === "ready" && <Film asset={asset} />}
        </div>
        <div className={classes.caption}>
          <span className={classes.fileName}>{asset.name}</span>
          <span className={classes.meta} title={`${asset.annotation_count} annotations`}>
            {asset.split !== null && `${asset.split} · `}
            {asset.annotation_count}
          </span>
        </div>
      </Link>
    </div>
  );
}

function Film({ asset }: { asset: Asset }) {
  return (
    <span className={classes.film} title={asset.warning !== "" ? asset.warning : count(asset.frames ?? 0, "frame")}>
      {asset.warning !== "" && <IconAlert size={12} aria-label="Not all of it can be read" />}
      <IconPlay size={11} aria-label="Video" />
      {clock(asset.duration ?? 0)}
    </span>
  );
}

function Picture({ asset, overlay, colours }: Pick<Props, "asset" | "overlay" | "colours">) {
  const [loaded, setLoaded] = useState(false);
  if (asset.status === "processing") {
    return (
      <div className={classes.state}>
        <Loader size="xs" />
        {asset.media === "video" ? "Reading the video" : "Processing"}
      </div>
    );
  }
  if (asset.status === "rejected") {
    return (
      <div className={classes.state}>
        <IconAlert size={18} />
        {asset.error}
      </div>
    );
  }
  return (
    <>
      <img
        src={thumbnailUrl(asset.id)}
        alt={asset.name}
        loading="lazy"
        decoding="async"
        draggable={false}
        onLoad={() => setLoaded(true)}
      />
      {loaded && overlay.shown && asset.annotation_count > 0 && (
        <img
          src={overlayUrl(asset.id, asset.revision, colours, 320)}
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
