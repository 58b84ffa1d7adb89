import { Button, Group } from "@mantine/core";
import { type DragEvent, useRef, useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { EmptyState } from "@/components/EmptyState";
import { IconImages, IconUpload } from "@/components/icons";
import { useOverlaySettings } from "@/components/overlaySettings";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useProjectId } from "@/components/route";
import { useShortcut } from "@/components/shortcuts";
import { useClasses } from "@/features/classes/api/classes";
import { useProject } from "@/features/projects/api/projects";
import { useAssets } from "../api/assets";
import { addUploads, useUploads } from "../api/uploadQueue";
import { annotatePath, type AssetFilters, countFilters, readFilters, writeFilters } from "../model/filters";
import { wordsOf } from "../model/media";
import { all, NOTHING, type Selection } from "../model/selection";
import { AssetGrid, GridSkeleton } from "./AssetGrid";
import { BulkBar } from "./BulkBar";
import { ClassLegend } from "./ClassLegend";
import classes from "./Data.module.css";
import { FilterBar } from "./FilterBar";
import { UploadPanel } from "./UploadPanel";

export function DataPage() {
  const projectId = useProjectId();
  const navigate = useNavigate();
  const [search, setSearch] = useSearchParams();
  const filters = readFilters(search);
  const assets = useAssets(projectId, filters);
  const project = useProject(projectId);
  const labels = useClasses(projectId);
  const overlay = useOverlaySettings();
  const uploads = useUploads(projectId);
  const picker = useRef<HTMLInputElement>(null);
  const [selection, setSelection] = useState<Selection>(NOTHING);
  const [over, setOver] = useState(false);

  const rows = assets.data?.pages.flatMap(({ results }) => results) ?? [];
  const ids = rows.map(({ id }) => id);
  const shown = new Set(ids);
  const chosen = [...selection.ids].filter((id) => shown.has(id));
  const setFilters = (change: Partial<AssetFilters>) => {
    setSelection(NOTHING);
    setSearch(writeFilters({ ...filters, ...change }), { replace: true });
  };
  const send = (files: FileList | null) => addUploads(projectId, [...(files ?? [])]);
  const pick = () => picker.current?.click();

  const words = wordsOf(project.data?.media);

  useShortcut("u", `Upload ${words.things}`, pick);
  useShortcut("o", "Show or hide labels", overlay.toggle);
  useShortcut("A", "Select all loaded images", () => setSelection(all(ids)));
  useShortcut("a", "Annotate the image that has the focus, or the first one", () => {
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset["asset"] : undefined;
    const id = focused ?? ids[0];
    if (id !== undefined) void navigate(annotatePath(projectId, id, search));
  });
  useShortcut("Escape", "Clear the selection", () => setSelection(NOTHING));

  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    send(event.dataTransfer.files);
  };
  const first = rows.find(({ status }) => status === "ready")?.id;
  const total = project.data?.counts.assets ?? 0;
  const narrowed = countFilters(filters) > 0;

  return (
    <div
      className={classes.page}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes("Files")) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={onDrop}
    >
      <input
        ref={picker}
        type="file"
        accept={words.accept}
        multiple
        hidden
        aria-label={`Upload ${words.things}`}
        onChange={(event) => {
          send(event.currentTarget.files);
          event.currentTarget.value = "";
        }}
      />
      <div className={classes.toolbar}>
        {chosen.length > 0 ? (
          <BulkBar projectId={projectId} assets={rows.filter(({ id }) => selection.ids.has(id))} onDone={() => setSelection(NOTHING)} />
        ) : (
          <FilterBar filters={filters} onChange={setFilters} overlay={overlay} onUpload={pick} annotate={first === undefined ? null : annotatePath(projectId, first, search)} mixed={project.data?.media !== undefined && project.data.media !== "image"} />
        )}
      </div>
      <ClassLegend labels={labels.data ?? []} selected={filters.class} onSelect={(id) => setFilters({ class: id })} />
      {uploads.length > 0 && <UploadPanel projectId={projectId} uploads={uploads} />}
      {assets.error && !assets.data && (
        <ProblemAlert error={assets.error} doing="Loading the images" onRetry={() => void assets.refetch()} />
      )}
      {assets.isPending && <GridSkeleton />}
      {assets.data && rows.length === 0 && !narrowed && uploads.length === 0 && (
        <div className={classes.empty}>
          <EmptyState
            icon={<IconImages size={34} />}
            title={`Drop ${words.things} here`}
            action={
              <Group justify="center" gap="xs">
                <Button leftSection={<IconUpload />} onClick={pick}>
                  Choose {words.things}
                </Button>
                <Button variant="default" component="a" href={`/projects/${projectId}/transfer`}>
                  Import with labels
                </Button>
              </Group>
            }
          >
            {words.hint} Sets that are labelled already (COCO, LabelMe, mask PNGs)
            come in through Import.
          </EmptyState>
        </div>
      )}
      {assets.data && rows.length === 0 && narrowed && (
        <EmptyState
          title="No image matches these filters"
          action={
            <Button variant="default" onClick={() => setSearch(new URLSearchParams(), { replace: true })}>
              Clear filters
            </Button>
          }
        >
          {total > 0 ? `The project has ${total} images.` : undefined}
        </EmptyState>
      )}
      {rows.length > 0 && (
        <AssetGrid
          assets={rows}
          labels={labels.data ?? []}
          overlay={overlay}
          selection={selection}
          onSelection={setSelection}
          more={assets.hasNextPage}
          loadingMore={assets.isFetchingNextPage}
          onMore={() => void assets.fetchNextPage()}
        />
      )}
      {over && (
        <div className={classes.dropVeil} aria-hidden="true">
          <IconUpload size={28} />
          Drop to upload
        </div>
      )}
    </div>
  );
}
