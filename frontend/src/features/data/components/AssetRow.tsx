import { memo } from "react";
import { Link } from "react-router";
import { bytes, dateTime, integer } from "@/components/format";
import { IconChevronDown, IconChevronUp, IconEdit } from "@/components/icons";
import { REVIEW_NAMES } from "@/features/review/model/history";
import type { Order } from "../model/filters";
import { clock } from "../model/media";
import { AssetPicture } from "./AssetPicture";
import type { CellProps } from "./AssetTile";
import classes from "./List.module.css";

const COLUMNS: readonly { title: string; sort?: "name" | "annotation_count" | "size" | "created_at"; className?: string | undefined }[] = [
  { title: "Name", sort: "name" },
  { title: "Split", className: classes.split },
  { title: "Review", className: classes.review },
  { title: "Annotations", sort: "annotation_count", className: classes.number },
  { title: "Tags", className: classes.tags },
  { title: "Pixels", className: classes.pixels },
  { title: "File", sort: "size", className: classes.number },
  { title: "Annotator", className: classes.person },
  { title: "Added", sort: "created_at", className: classes.date },
];

/** The titles of the list's columns; a click sorts, another one turns the order round. */
export function ListHead({ order, onOrder }: { order: Order; onOrder: (order: Order) => void }) {
  const column = order.replace(/^-/, "");
  const down = order.startsWith("-");
  return (
    <div className={classes.head}>
      <span />
      <span />
      {COLUMNS.map(({ title, sort, className }) => (
        <span key={title} className={className}>
          {sort === undefined ? (
            title
          ) : (
            <button
              type="button"
              className={classes.sort}
              aria-label={`Sort by ${title.toLowerCase()}${sort === column ? (down ? ", now descending" : ", now ascending") : ""}`}
              onClick={() => onOrder(next(sort, order))}
            >
              {title}
              {sort === column && (down ? <IconChevronDown size={12} /> : <IconChevronUp size={12} />)}
            </button>
          )}
        </span>
      ))}
      <span />
    </div>
  );
}

/** Names go up first, everything else down. */
function next(column: "name" | "annotation_count" | "size" | "created_at", order: Order): Order {
  if (order === column) return `-${column}`;
  if (order === `-${column}`) return column;
  return column === "name" ? column : `-${column}`;
}

/** One image as a line of the list. */
export const AssetRow = memo(function AssetRow({ asset, index, overlay, colours, search, selected, current, onSelect, side }: CellProps) {
  const tab = current ? 0 : -1;
  const { name, split, review, tags, assignee } = asset;
  return (
    <div className={classes.row} role="listitem" aria-posinset={index + 1} data-selected={selected || undefined}>
      <input
        type="checkbox"
        className={classes.check}
        tabIndex={tab}
        aria-label={`Select ${name}`}
        checked={selected}
        onChange={(event) => onSelect(index, event.nativeEvent instanceof MouseEvent && event.nativeEvent.shiftKey)}
      />
      <div className={classes.picture}>
        <AssetPicture asset={asset} overlay={overlay} colours={colours} side={side} words={false} />
      </div>
      <Link to={`${asset.id}${search}`} className={classes.name} data-asset={asset.id} data-index={index} tabIndex={tab} title={name} draggable={false}>
        {name}
      </Link>
      <span className={classes.split}>{split ?? "–"}</span>
      <span className={classes.review}>
        {asset.status === "ready" ? (
          <>
            <i className={classes.dot} data-state={review} />
            {REVIEW_NAMES[review]}
          </>
        ) : asset.status === "processing" ? (
          "Processing"
        ) : (
          "Not readable"
        )}
      </span>
      <span className={classes.number}>{integer(asset.annotation_count)}</span>
      <span className={classes.tags} title={tags.join(", ")}>
        {tags.join(", ")}
      </span>
      <span className={classes.pixels}>
        {asset.width > 0 ? `${asset.width} × ${asset.height}` : "–"}
        {asset.media === "video" && asset.duration !== null && ` · ${clock(asset.duration)}`}
      </span>
      <span className={classes.number}>{bytes(asset.size)}</span>
      <span className={classes.person} title={assignee?.name}>
        {assignee?.name ?? "–"}
      </span>
      <span className={classes.date}>{dateTime(asset.created_at)}</span>
      {asset.status === "ready" ? (
        <Link
          to={`../annotate/${asset.id}${search}`}
          relative="path"
          className={classes.annotate}
          tabIndex={tab}
          title="Annotate (a)"
          aria-label={`Annotate ${name}`}
          draggable={false}
          data-no-band=""
        >
          <IconEdit size={14} />
        </Link>
      ) : (
        <span />
      )}
    </div>
  );
});
