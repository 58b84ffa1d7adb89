import { Loader, Skeleton } from "@mantine/core";
import { useElementSize, useMergedRef } from "@mantine/hooks";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useEffectEvent, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useLocation } from "react-router";
import type { Asset, LabelClass } from "@/api/types";
import type { OverlaySettings } from "@/components/overlaySettings";
import { look } from "@/features/classes/model/style";
import { extend, type Selection, toggle } from "../model/selection";
import { AssetTile } from "./AssetTile";
import classes from "./Data.module.css";

interface Props {
  assets: readonly Asset[];
  labels: readonly LabelClass[];
  overlay: OverlaySettings;
  selection: Selection;
  onSelection: (selection: Selection) => void;
  more: boolean;
  loadingMore: boolean;
  onMore: () => void;
}

const GAP = 10;
const WIDE = { tile: 190, row: 180 };
const NARROW = { tile: 150, row: 142 };
const PHONE = 480;
const AHEAD = 4;

/** Thumbnails in rows; only the rows near the window exist. Arrows move between images, Space selects. */
export function AssetGrid({ assets, labels, overlay, selection, onSelection, more, loadingMore, onMore }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const { ref: sizeRef, width } = useElementSize<HTMLDivElement>();
  const ref = useMergedRef(box, sizeRef);
  const [offset, setOffset] = useState(0);
  const returned = useRef<string | undefined>(undefined);
  const { search, state } = useLocation();
  const measure = width > 0 && width < PHONE ? NARROW : WIDE;
  const columns = Math.max(1, Math.floor((width + GAP) / (measure.tile + GAP)));
  const rows = Math.ceil(assets.length / columns);
  const ids = useMemo(() => assets.map(({ id }) => id), [assets]);
  const colours = look(labels);

  useLayoutEffect(() => {
    setOffset(box.current?.offsetTop ?? 0);
  }, [assets.length, width]);
  const virtual = useWindowVirtualizer({ count: rows, estimateSize: () => measure.row, gap: GAP, overscan: 4, scrollMargin: offset });
  const visible = virtual.getVirtualItems();
  const last = visible.at(-1)?.index ?? 0;

  useEffect(() => {
    virtual.measure();
  }, [virtual, measure.row]);
  useEffect(() => {
    if (more && !loadingMore && last >= rows - AHEAD) onMore();
  }, [more, loadingMore, last, rows, onMore]);

  const focusAsset = (index: number) => {
    const id = ids[index];
    if (id === undefined) return;
    virtual.scrollToIndex(Math.floor(index / columns));
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(`[data-asset="${id}"]`)?.focus());
  };
  // Whoever comes back from the viewer goes on at the image that was looked at.
  const wanted = (state as { focus?: string } | null)?.focus;
  const place = wanted === undefined || width === 0 ? -1 : ids.indexOf(wanted);
  const goBackTo = useEffectEvent(() => {
    if (place < 0 || returned.current === wanted) return;
    returned.current = wanted;
    focusAsset(place);
  });
  useEffect(() => goBackTo(), [place, wanted]);

  const onKeyDown = (event: KeyboardEvent) => {
    const id = event.target instanceof HTMLElement ? event.target.dataset["asset"] : undefined;
    const index = id === undefined ? -1 : ids.indexOf(id);
    if (id === undefined || index < 0) return;
    const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
    const step = steps[event.key];
    if (step !== undefined) focusAsset(index + step);
    else if (event.key === " ") onSelection(event.shiftKey ? extend(selection, id, ids) : toggle(selection, id));
    else return;
    event.preventDefault();
  };

  return (
    <div
      ref={ref}
      className={classes.rows}
      style={{ height: virtual.getTotalSize() }}
      data-selecting={selection.ids.size > 0 || undefined}
      role="list"
      aria-label="Images"
      onKeyDown={onKeyDown}
    >
      {visible.map((row) => (
        <div
          key={row.key}
          className={classes.row}
          style={{
            gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
            transform: `translateY(${row.start - offset}px)`,
          }}
        >
          {assets.slice(row.index * columns, (row.index + 1) * columns).map((asset) => (
            <AssetTile
              key={asset.id}
              asset={asset}
              overlay={overlay}
              colours={colours}
              search={search}
              selected={selection.ids.has(asset.id)}
              onSelect={(range) => onSelection(range ? extend(selection, asset.id, ids) : toggle(selection, asset.id))}
            />
          ))}
        </div>
      ))}
      {loadingMore && <Loader size="xs" style={{ position: "absolute", bottom: -28, left: "50%" }} />}
    </div>
  );
}

export function GridSkeleton() {
  return (
    <div className={classes.skeletons} aria-busy="true" aria-label="Loading">
      {Array.from({ length: 18 }, (_, index) => (
        <Skeleton key={index} height={180} />
      ))}
    </div>
  );
}
