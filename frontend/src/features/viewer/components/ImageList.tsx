import { Progress, Select, Skeleton, Stack, Text, UnstyledButton } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useEffectEvent, useRef } from "react";
import { thumbnailUrl } from "@/components/assetUrls";
import { count as counted, integer } from "@/components/format";
import { IconClose } from "@/components/icons";
import { MiddleCut } from "@/components/MiddleCut";
import { ProblemAlert } from "@/components/ProblemAlert";
import type { AssetFilters } from "@/features/data/model/filters";
import type { useImages } from "../api/images";
import type { Address, OnAddress } from "../model/address";
import type { Label } from "../model/indices";
import { ORDERS, type Order, ordersFor, shownFor } from "../model/orders";
import { focusStage } from "./focusStage";
import { Filters } from "./Filters";
import classes from "./List.module.css";

interface Props {
  projectId: string;
  images: ReturnType<typeof useImages>;
  address: Address;
  onAddress: OnAddress;
  filters: AssetFilters;
  onFilters: (filters: AssetFilters) => void;
  labels: readonly Label[];
  /** The cell of the matrix in words. */
  cell: string | null;
  current: string | null;
  onPick: (asset: string) => void;
}

const ROW = 58;

/** The evaluated images in the order asked for; only the rows in sight exist. */
export function ImageList({ projectId, images, address, onAddress, filters, onFilters, labels, cell, current, onPick }: Props) {
  const { order, label } = address;
  const first = images.data?.pages[0];
  const changeOrder = (next: Order) => onAddress({ order: next, ...(next === "iou" && label === null ? { label: labels.find(({ id }) => id !== null)?.index ?? 0 } : {}) });
  return (
    <aside className={classes.list} aria-label="Images of the evaluation">
      <div className={classes.head}>
        <Select
          size="xs"
          aria-label="Order of the images"
          data={ordersFor(address).map((value) => ({ value, label: ORDERS[value] }))}
          value={order}
          allowDeselect={false}
          onOptionSubmit={focusStage}
          comboboxProps={{ width: 230, position: "bottom-start" }}
          onChange={(value) => changeOrder((value ?? "miou") as Order)}
        />
        {order === "iou" && (
          <Select
            size="xs"
            aria-label="Class whose IoU orders"
            searchable
            data={labels.map(({ index, name }) => ({ value: String(index), label: name }))}
            value={String(label ?? "")}
            allowDeselect={false}
            onOptionSubmit={focusStage}
            onChange={(value) => onAddress({ label: Number(value ?? 0) })}
          />
        )}
        {cell !== null && (
          <span className={classes.chip}>
            <small>Cell</small>
            <b title={`Pixels of the first class that were taken for the second: ${cell}`}>{cell}</b>
            <UnstyledButton aria-label="Leave the cell: all images" onClick={() => onAddress((now) => ({ cell: null, order: "miou", panes: now.panes.filter((id) => id !== "cell") }))}>
              <IconClose size={12} />
            </UnstyledButton>
          </span>
        )}
        <Filters projectId={projectId} filters={filters} onChange={onFilters} />
        <Text size="xs" c="dimmed" aria-live="polite">
          {first === undefined ? " " : counted(first.count, "image")}
        </Text>
      </div>
      {images.error && !first ? (
        <div className={classes.problem}>
          <ProblemAlert error={images.error} doing="Listing the images" onRetry={() => void images.refetch()} />
        </div>
      ) : first === undefined ? (
        <Stack gap={6} p={8} aria-busy="true">
          {order === "-disagreement" && (
            <>
              <Text size="xs">The predictions of both artifacts are being compared: once, then they are kept.</Text>
              <Progress size="sm" value={100} animated aria-label="Comparing the predictions" />
            </>
          )}
          {Array.from({ length: 9 }, (_, row) => (
            <Skeleton key={row} height={ROW - 8} />
          ))}
        </Stack>
      ) : (
        <Rows images={images} order={order} current={current} onPick={onPick} />
      )}
    </aside>
  );
}

function Rows({ images, order, current, onPick }: Pick<Props, "images" | "current" | "onPick"> & { order: Order }) {
  const box = useRef<HTMLDivElement>(null);
  const rows = images.data?.pages.flatMap(({ results }) => results) ?? [];
  const count = images.data?.pages[0]?.count ?? rows.length;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = images;
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtual = useVirtualizer({ count, getScrollElement: () => box.current, estimateSize: () => ROW, overscan: 6 });
  const items = virtual.getVirtualItems();
  const end = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (end >= rows.length - 1 && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [end, rows.length, hasNextPage, isFetchingNextPage, fetchNextPage]);
  const place = rows.findIndex(({ asset }) => asset === current);
  const reveal = useEffectEvent((index: number) => virtual.scrollToIndex(index, { align: "auto" }));
  useEffect(() => {
    if (place >= 0) reveal(place);
  }, [place, current]);
  if (count === 0) {
    return (
      <Text size="sm" c="dimmed" p="md">
        No image of this evaluation passes the filters. Take one away.
      </Text>
    );
  }
  return (
    <div ref={box} className={classes.rows}>
      <ul style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const row = rows[index];
          const shown = row && shownFor(order, row);
          return (
            <li key={row?.asset ?? index} style={{ transform: `translateY(${start}px)`, height: ROW }} aria-posinset={index + 1} aria-setsize={count}>
              {row && shown ? (
                <button type="button" className={classes.row} aria-current={row.asset === current || undefined} onClick={() => onPick(row.asset)}>
                  <img src={thumbnailUrl(row.asset, 160)} alt="" loading="lazy" />
                  <span className={classes.name}>
                    <MiddleCut text={row.name} />
                    <small>
                      {integer(row.width)} × {integer(row.height)}
                    </small>
                  </span>
                  <b title={shown.title}>{shown.text}</b>
                </button>
              ) : (
                <Skeleton height={ROW - 10} m={5} />
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
