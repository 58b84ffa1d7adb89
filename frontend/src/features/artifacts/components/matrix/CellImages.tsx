import { ActionIcon, Button, Group, Loader, Skeleton, Text, Tooltip } from "@mantine/core";
import { useEffect, useEffectEvent } from "react";
import { Link } from "react-router";
import type { Artifact } from "@/api/types";
import { thumbnailUrl } from "@/components/assetUrls";
import { EmptyState } from "@/components/EmptyState";
import { count, integer, percent } from "@/components/format";
import { IconClose, IconEye } from "@/components/icons";
import { MiddleCut } from "@/components/MiddleCut";
import { Panel } from "@/components/Panel";
import { QueryView } from "@/components/QueryView";
import { useShortcut } from "@/components/shortcuts";
import { useInView } from "@/components/useInView";
import { cellUrl, type EvaluatedImage, type Evaluation, useCellImages } from "../../api/evaluation";
import { type Cell, type Choice, viewerPath } from "../../model/choice";
import classes from "./Matrix.module.css";

interface Props {
  artifact: Artifact;
  evaluation: Evaluation;
  choice: Choice;
  cell: Cell;
  onClose: () => void;
}

/** The images behind a cell, those with most of its pixels first; these are outlined in each. */
export function CellImages({ artifact, evaluation, choice, cell, onClose }: Props) {
  const images = useCellImages(artifact.id, choice, cell);
  const { labels, counts } = evaluation.confusion_matrix;
  const [truth, given] = [labels[cell[0]] ?? "", labels[cell[1]] ?? ""];
  useShortcut("Escape", "Close the cell", onClose, "Matrix");
  return (
    <Panel
      title={truth === given ? `${truth}, found` : `${truth} taken for ${given}`}
      flush
      actions={
        <Tooltip label="Close (Esc)">
          <ActionIcon size={26} variant="subtle" color="gray" aria-label="Close the cell" onClick={onClose}>
            <IconClose size={14} />
          </ActionIcon>
        </Tooltip>
      }
    >
      <div className={classes.images}>
        <QueryView query={images} skeleton={<Skeleton height={300} />}>
          {({ pages }) => {
            const rows = pages.flatMap(({ results }) => results);
            if (rows.length === 0) return <EmptyState title="No image has such a pixel">The filters have changed since: choose another cell.</EmptyState>;
            return (
              <>
                <Group justify="space-between" gap="xs" wrap="nowrap">
                  <Text size="xs" c="dimmed">
                    {integer(counts[cell[0]]?.[cell[1]] ?? 0)} pixels in {count(pages[0]?.count ?? rows.length, "image")}, most first
                  </Text>
                  <Button size="compact-xs" variant="default" leftSection={<IconEye size={13} />} component={Link} to={viewerPath(artifact, choice, { order: "-pixels", cell })}>
                    In the viewer
                  </Button>
                </Group>
                <ul className={classes.list}>
                  {rows.map((row) => (
                    <Tile key={row.asset} artifact={artifact} choice={choice} cell={cell} row={row} truth={truth} />
                  ))}
                </ul>
                {images.hasNextPage && <More busy={images.isFetchingNextPage} onMore={() => void images.fetchNextPage()} />}
              </>
            );
          }}
        </QueryView>
      </div>
    </Panel>
  );
}

interface TileProps {
  artifact: Artifact;
  choice: Choice;
  cell: Cell;
  row: EvaluatedImage;
  truth: string;
}

function Tile({ artifact, choice, cell, row, truth }: TileProps) {
  const pixels = row.pixels ?? 0;
  return (
    <li>
      <Link to={viewerPath(artifact, choice, { asset: row.asset, order: "-pixels", cell })} className={classes.tile}>
        <span className={classes.picture} style={{ aspectRatio: `${row.width} / ${row.height}` }}>
          <img src={thumbnailUrl(row.asset, 640)} alt="" loading="lazy" />
          <img src={cellUrl(artifact.id, row.asset, choice, cell)} alt={`The ${integer(pixels)} pixels in ${row.name}`} loading="lazy" />
        </span>
        <span className={classes.caption}>
          <MiddleCut text={row.name} />
          <small>
            {integer(pixels)} px{row.share === null ? "" : ` · ${percent(row.share)} of its ${truth}`}
          </small>
        </span>
      </Link>
    </li>
  );
}

/** More come as the end of the list comes in sight. */
function More({ busy, onMore }: { busy: boolean; onMore: () => void }) {
  const [end, inView] = useInView<HTMLDivElement>();
  const read = useEffectEvent(onMore);
  useEffect(() => {
    if (inView && !busy) read();
  }, [inView, busy]);
  return (
    <div ref={end} className={classes.more}>
      <Loader size="xs" aria-label="Loading more images" />
    </div>
  );
}
