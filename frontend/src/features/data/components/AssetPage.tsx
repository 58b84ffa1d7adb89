import { ActionIcon, Button, Text, Tooltip } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useEffect, useMemo, useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { imageUrl } from "@/components/assetUrls";
import { ImageCanvas } from "@/components/canvas/ImageCanvas";
import { shapeOf } from "@/components/canvas/model/paths";
import { IconChevronLeft, IconChevronRight, IconClose, IconEdit } from "@/components/icons";
import { OverlayControls } from "@/components/OverlayControls";
import { useOverlaySettings } from "@/components/overlaySettings";
import { QueryView } from "@/components/QueryView";
import { useProjectId, useRouteId } from "@/components/route";
import { useShortcut } from "@/components/shortcuts";
import { useClasses } from "@/features/classes/api/classes";
import { useAnnotations, useAsset } from "../api/assets";
import { useNeighbours } from "../api/neighbours";
import { readFilters, writeFilters } from "../model/filters";
import { AssetDetails } from "./AssetDetails";
import classes from "./AssetPage.module.css";

export function AssetPage() {
  const projectId = useProjectId();
  const assetId = useRouteId("assetId");
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const filters = readFilters(search);
  const { previous, next, place } = useNeighbours(projectId, assetId, filters);
  const asset = useAsset(assetId);
  const annotations = useAnnotations(assetId);
  const labels = useClasses(projectId);
  const overlay = useOverlaySettings();
  const [active, setActive] = useState<string | null>(null);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  useDocumentTitle(`${asset.data?.name ?? "Image"} · Tessera`);

  const query = writeFilters(filters).toString();
  const suffix = query === "" ? "" : `?${query}`;
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
  const annotate = `/projects/${projectId}/annotate/${assetId}${suffix}`;
  useShortcut("a | Enter", "Annotate", () => void navigate(annotate), "Viewer");

  useEffect(() => {
    for (const id of [previous, next]) if (id !== undefined) new Image().src = imageUrl(id);
  }, [previous, next]);

  const shapes = useMemo(() => {
    const byId = new Map(labels.data?.map((label) => [label.id, label]));
    return (annotations.data?.results ?? [])
      // Of a video the first frame is shown: only what lies on it belongs there.
      .filter((annotation) => !hidden.has(annotation.class) && (annotation.frame ?? 0) === 0)
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
        <span className={classes.position}>{place}</span>
        <Tooltip label="Annotate (a)">
          <Button component={Link} to={annotate} size="compact-sm" leftSection={<IconEdit size={14} />}>
            Annotate
          </Button>
        </Tooltip>
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
          {({ id, name, media, width, height, status, error }) =>
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
                {status === "rejected" ? error : media === "video" ? "This video is still being read." : "This image is still being processed."}
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
