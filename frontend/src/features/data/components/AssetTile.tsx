import { memo } from "react";
import { Link } from "react-router";
import type { Asset } from "@/api/types";
import { count } from "@/components/format";
import { IconAlert, IconEdit, IconPlay } from "@/components/icons";
import type { OverlaySettings } from "@/components/overlaySettings";
import { clock } from "../model/media";
import { AssetPicture } from "./AssetPicture";
import classes from "./Data.module.css";

export interface CellProps {
  asset: Asset;
  /** Its place in the list. */
  index: number;
  overlay: OverlaySettings;
  colours: string;
  search: string;
  selected: boolean;
  /** Whether Tab leads to this one. */
  current: boolean;
  onSelect: (index: number, range: boolean) => void;
  side: number;
}

/** One image of the grid. */
export const AssetTile = memo(function AssetTile({ asset, index, overlay, colours, search, selected, current, onSelect, side }: CellProps) {
  const order = current ? 0 : -1;
  return (
    <div className={classes.tile} role="listitem" aria-posinset={index + 1} data-selected={selected || undefined}>
      <input
        type="checkbox"
        className={classes.check}
        tabIndex={order}
        aria-label={`Select ${asset.name}`}
        checked={selected}
        onChange={(event) => onSelect(index, event.nativeEvent instanceof MouseEvent && event.nativeEvent.shiftKey)}
      />
      {asset.status === "ready" && (
        <Link
          to={`../annotate/${asset.id}${search}`}
          relative="path"
          className={classes.annotate}
          tabIndex={order}
          title="Annotate (a)"
          aria-label={`Annotate ${asset.name}`}
          draggable={false}
          data-no-band=""
        >
          <IconEdit size={14} />
        </Link>
      )}
      <Link
        to={`${asset.id}${search}`}
        className={classes.link}
        data-asset={asset.id}
        data-index={index}
        tabIndex={order}
        title={asset.name}
        draggable={false}
      >
        <div className={classes.picture}>
          <AssetPicture asset={asset} overlay={overlay} colours={colours} side={side} words={side > 120} />
          {asset.media === "video" && asset.status === "ready" && <Film asset={asset} />}
        </div>
        <div className={classes.caption}>
          <span className={classes.fileName}>{asset.name}</span>
          <span className={classes.meta} title={count(asset.annotation_count, "annotation")}>
            {asset.split !== null && side > 120 && `${asset.split} · `}
            {asset.annotation_count}
          </span>
        </div>
      </Link>
    </div>
  );
});

function Film({ asset }: { asset: Asset }) {
  return (
    <span className={classes.film} title={asset.warning !== "" ? asset.warning : count(asset.frames ?? 0, "frame")}>
      {asset.warning !== "" && <IconAlert size={12} aria-label="Not all of it can be read" />}
      <IconPlay size={11} aria-label="Video" />
      {clock(asset.duration ?? 0)}
    </span>
  );
}
