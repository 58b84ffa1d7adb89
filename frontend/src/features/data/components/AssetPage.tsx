import { ActionIcon, Text, Tooltip } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useEffect, useMemo, useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { imageUrl } from "@/components/assetUrls";
import { ImageCanvas } from "@/components/canvas/ImageCanvas";
import { shapeOf } from "@/components/canvas/model/paths";
import { IconChevronLeft, IconChevronRight, IconClose } from "@/components/icons";
import { OverlayControls } from "@/components/OverlayControls";
import { useOverlaySettings } from "@/components/overlaySettings";
import { QueryView } from "@/components/QueryView";
import { useProjectId, useRouteId } from "@/components/route";
import { useShortcut } from "@/components/shortcuts";
import { useClasses } from "@/features/classes/api/classes";
import { useAnnotations, useAsset, useAssets } from "../api/assets";
import { readFilters, writeFilters } from "../model/filters";
import { AssetDetails } from "./AssetDetails";
import classes from "./AssetPage.module.css";

/** Looking that far through the list for an image that was opened by its address. */
const MOST_PAGES = 20;

export function AssetPage() {
  const projectId = useProjectId();
  const assetId = useRouteId("assetId");
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const filters = readFilters(search);
  const list = useAssets(projectId, filters);
  const asset = useAsset(assetId);
  const annotations = useAnnotations(assetId);
  const labels = useClasses(projectId);
  const overlay = useOverlaySettings();
  const [active, setActive] = useState<string | null>(null);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  useDocumentTitle(`${asset.data?.name ?? "Image"} · Tessera`);

  const ids = list.data?.pages.flatMap(({ results }) => results.map(({ id }) => id)) ?? [];
  const index = ids.indexOf(assetId);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const pages = list.data?.pages.length ?? 0;
  const lookOn = hasNextPage && !isFetchingNextPage && pages < MOST_PAGES && (index < 0 || index >= ids.length - 3);
  useEffect(() => {
    if (lookOn) void fetchNextPage();
  }, [lookOn, fetchNextPage]);

  const query = writeFilters(filters).toString();
  const suffix = query === "" ? "" : `?${query}`;
  const previous = ids[index - 1];
  const next = index < 0 ? undefined : ids[index + 1];
  const go = (id: string | undefined) => {
    if (id === undefined) return;
    setActive(null);
    void navigate(`/projects/${projectId}/data/${id}${suffix}`, { replace: true });
  };
  const back = `/projects/${projectId}/data${suffix}`;
  useShortcut("ArrowLeft | k", "Previous image", () => go(previous), "Viewer");
  useShortcut("ArrowRight | j", "Next image", () => go(next), "Viewer");
  useShortcut("Escape", "Back to the grid", () => void navigate(back, { state: { focus: assetId } }), "Viewer");
  useShortcut("o", "Show or hide labels", overlay.toggle, "Viewer");

  useEffect(() => {
    for (const id of [previous, next]) if (id !== undefined) new Image().src = imageUrl(id);
  }, [previous, next]);

  const shapes = useMemo(() => {
    const byId = new Map(labels.data?.map((label) => [label.id, label]));
    return (annotations.data?.results ?? [])
      .filter((annotation) => !hidden.has(annotation.class))
      .map((annotation) => {
        const label = byId.get(annotation.class);
        return shapeOf(annotation.id, label?.name ?? "", label?.color ?? "#888888", annotation);
      });
  }, [annotations.data, labels.data, hidden]);
  const activeShape = shapes.find(({ id }) => id === active);

  return (
    <div className={classes.viewer}>
      <div className={classes.bar}>
        <Tooltip label="Back to the grid (Esc)">
          <ActionIcon variant="subtle" color="gray" component={Link} to={back} state={{ focus: assetId }} aria-label="Back to the grid">
            <IconClose />
          </ActionIcon>
        </Tooltip>
        <h1 className={classes.name}>{asset.data?.name ?? " "}</h1>
        <OverlayControls settings={overlay} />
        <span className={classes.position}>{index >= 0 && `${index + 1} / ${ids.length}${hasNextPage ? "+" : ""}`}</span>
        <ActionIcon.Group>
          <ActionIcon variant="default" aria-label="Previous image" disabled={previous === undefined} onClick={() => go(previous)}>
            <IconChevronLeft />
          </ActionIcon>
          <ActionIcon variant="default" aria-label="Next image" disabled={next === undefined} onClick={() => go(next)}>
            <IconChevronRight />
          </ActionIcon>
        </ActionIcon.Group>
      </div>
      <div className={classes.canvas}>
        <QueryView query={asset} skeleton={<div />}>
          {({ id, name, width, height, status, error }) =>
            status === "ready" ? (
              <ImageCanvas
                src={imageUrl(id)}
                width={width}
                height={height}
                shapes={overlay.shown ? shapes : []}
                opacity={overlay.opacity}
                active={active}
                onActive={setActive}
                label={`${name} with ${shapes.length} annotations`}
              >
                {activeShape && <span className={classes.hover}>{activeShape.name}</span>}
              </ImageCanvas>
            ) : (
              <Text p="xl" c="dimmed" ta="center">
                {status === "rejected" ? error : "This image is still being processed."}
              </Text>
            )
          }
        </QueryView>
      </div>
      <aside className={classes.side} aria-label="Image details">
        <QueryView query={asset}>
          {(data) => (
            <AssetDetails
              key={data.id}
              asset={data}
              annotations={annotations}
              labels={labels.data ?? []}
              active={active}
              onActive={setActive}
              hidden={hidden}
              onHidden={setHidden}
            />
          )}
        </QueryView>
      </aside>
    </div>
  );
}
