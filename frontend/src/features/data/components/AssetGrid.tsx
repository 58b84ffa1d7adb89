import { Skeleton } from "@mantine/core";
import { useElementSize, useMergedRef } from "@mantine/hooks";
import { type KeyboardEvent, type MouseEvent, useCallback, useEffect, useEffectEvent, useMemo, useRef, useState } from "react";
import { useLocation } from "react-router";
import type { LabelClass } from "@/api/types";
import { integer } from "@/components/format";
import type { OverlaySettings } from "@/components/overlaySettings";
import { look } from "@/features/classes/model/style";
import type { AssetPages } from "../api/assetPages";
import { placeOf, rowAt } from "../model/pages";
import { add, isChosen, type Selection, toggle } from "../model/selection";
import { type Box, cellsIn, layoutOf, type View } from "../model/viewSettings";
import { AssetRow } from "./AssetRow";
import { AssetTile } from "./AssetTile";
import classes from "./Data.module.css";
import { showable, useRowsInView } from "./useRowsInView";
import { useRubberBand } from "./useRubberBand";

interface Props {
  pages: AssetPages;
  /** Says which places are in sight. */
  onWant: (first: number, last: number) => void;
  /** Chooses a range, parts of which may not be read yet. */
  onRange: (from: number, to: number) => void;
  labels: readonly LabelClass[];
  overlay: OverlaySettings;
  view: View;
  selection: Selection;
  onSelection: (selection: Selection) => void;
}

/** Images in rows; only the rows near the window exist. Arrows move, Space and Shift choose, a drag draws a box. */
export function AssetGrid({ pages, onWant, onRange, labels, overlay, view, selection, onSelection }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const { ref: sizeRef, width } = useElementSize<HTMLDivElement>();
  const ref = useMergedRef(box, sizeRef);
  const returned = useRef<string | undefined>(undefined);
  const focusNext = useRef<number | null>(null);
  const [current, setCurrent] = useState(0);
  const { search, state } = useLocation();
  const layout = useMemo(() => layoutOf(view, width), [view, width]);
  const { columns, pitch, gap } = layout;
  const all = Math.ceil(pages.length / columns);
  const rows = showable(all, pitch);
  const [first, last] = useRowsInView(box, rows, pitch);
  const colours = look(labels);
  const atTab = Math.min(Math.max(current, first * columns), Math.min((last + 1) * columns, pages.length) - 1);

  const read = pages;
  useEffect(() => {
    if (width > 0) onWant(first * columns, (last + 1) * columns - 1);
  }, [first, last, columns, width, onWant, read]);

  const base = useRef<Selection>(selection);
  const onBand = (area: Box, keep: boolean, fresh: boolean) => {
    if (fresh) base.current = keep ? selection : { ...selection, ids: new Set(), all: false };
    const ids = cellsIn(layout, area, pages.length).flatMap((index) => rowAt(pages, index)?.id ?? []);
    onSelection(add(base.current, ids, 0));
  };
  const { band, onPointerDown } = useRubberBand(box, onBand);

  const focusPlace = (index: number) => {
    const place = Math.max(0, Math.min(index, pages.length - 1));
    const element = box.current;
    if (!element) return;
    setCurrent(place);
    focusNext.current = place;
    const top = element.getBoundingClientRect().top + Math.floor(place / columns) * pitch;
    const bottom = top + pitch;
    const roof = parseFloat(getComputedStyle(element).scrollMarginTop) || 0;
    if (top < roof) window.scrollBy(0, top - roof);
    else if (bottom > window.innerHeight) window.scrollBy(0, bottom - window.innerHeight + gap);
    focusWaiting();
  };
  const focusWaiting = () => {
    if (focusNext.current === null) return;
    const link = box.current?.querySelector<HTMLElement>(`[data-index="${focusNext.current}"]`);
    if (!link) return;
    focusNext.current = null;
    link.focus({ preventScroll: true });
  };
  // A place that was not read yet gets the focus when it is.
  useEffect(focusWaiting);

  // Whoever comes back from the viewer goes on at the image that was looked at.
  const wanted = (state as { focus?: string } | null)?.focus;
  const place = wanted === undefined || width === 0 ? -1 : placeOf(pages, ({ id }) => id === wanted);
  const goBackTo = useEffectEvent(() => {
    if (place < 0 || returned.current === wanted) return;
    returned.current = wanted;
    focusPlace(place);
  });
  useEffect(() => goBackTo(), [place, wanted]);

  const select = (index: number, range: boolean) => {
    const asset = rowAt(pages, index);
    if (range && selection.anchor !== null) onRange(selection.anchor, index);
    else if (asset) onSelection(toggle(selection, asset.id, index));
    setCurrent(index);
  };
  const onSelect = useStable(select);

  const onKeyDown = (event: KeyboardEvent) => {
    const at = placeIn(event.target);
    if (at === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const screen = Math.max(1, last - first - 6) * columns;
    const steps: Record<string, number> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -columns,
      ArrowDown: columns,
      PageUp: -screen,
      PageDown: screen,
      Home: -pages.length,
      End: pages.length,
    };
    const step = steps[event.key];
    if (step !== undefined) {
      const next = Math.max(0, Math.min(pages.length - 1, at + step));
      if (event.shiftKey) onRange(selection.anchor ?? at, next);
      focusPlace(next);
    } else if (event.key === " ") select(at, event.shiftKey);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const onClick = (event: MouseEvent) => {
    const at = placeIn(event.target);
    if (at === null) return;
    setCurrent(at);
    if (!event.shiftKey && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    select(at, event.shiftKey);
  };

  const Cell = view === "list" ? AssetRow : AssetTile;
  const visible = Array.from({ length: Math.max(0, last - first + 1) }, (_, n) => first + n);
  return (
    <>
      <div
        ref={ref}
        className={classes.rows}
        style={{ height: Math.max(0, rows * pitch - gap), "--tile-picture": `${layout.picture}px` } as React.CSSProperties}
        data-selecting={selection.ids.size > 0 || selection.all || undefined}
        data-banding={band !== null || undefined}
        role="list"
        aria-label="Images"
        onKeyDown={onKeyDown}
        onClickCapture={onClick}
        onPointerDown={onPointerDown}
      >
        {width > 0 &&
          visible.map((row) => (
            <div
              key={row}
              className={classes.row}
              role="presentation"
              style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`, gap, transform: `translateY(${row * pitch}px)` }}
            >
              {places(row, columns, pages.length).map((index) => {
                const asset = rowAt(pages, index);
                if (asset === undefined) return <div key={index} className={view === "list" ? classes.missingRow : classes.missing} aria-hidden="true" />;
                return (
                  <Cell
                    key={asset.id}
                    asset={asset}
                    index={index}
                    overlay={overlay}
                    colours={colours}
                    search={search}
                    selected={isChosen(selection, asset.id)}
                    current={index === atTab}
                    onSelect={onSelect}
                    side={layout.columns === 1 && view === "list" ? 52 : Math.round(Math.min(layout.width, layout.picture * 1.6))}
                  />
                );
              })}
            </div>
          ))}
        {band && (
          <div
            className={classes.band}
            aria-hidden="true"
            style={{ left: band.left, top: band.top, width: band.right - band.left, height: band.bottom - band.top }}
          />
        )}
      </div>
      {rows < all && (
        <p className={classes.cut}>
          The first {integer(rows * columns)} of {integer(pages.length)} images are shown. Filter them, or turn the order round, to see the others.
        </p>
      )}
    </>
  );
}

function places(row: number, columns: number, length: number): number[] {
  const from = row * columns;
  return Array.from({ length: Math.max(0, Math.min(columns, length - from)) }, (_, n) => from + n);
}

function placeIn(target: EventTarget): number | null {
  const link = target instanceof Element ? target.closest<HTMLElement>("[data-index]") : null;
  return link === null ? null : Number(link.dataset["index"]);
}

/** The same function for ever, doing what the newest one does: cells that did not change are not drawn again. */
function useStable<A extends unknown[]>(run: (...args: A) => void): (...args: A) => void {
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  return useCallback((...args: A) => latest.current(...args), []);
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
