import { Button } from "@mantine/core";
import { type ReactNode, useEffect, useEffectEvent, useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { EmptyState } from "@/components/EmptyState";
import { count } from "@/components/format";
import { notifyProblem } from "@/components/notify";
import { useOverlaySettings } from "@/components/overlaySettings";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useShortcut } from "@/components/shortcuts";
import { useClasses } from "@/features/classes/api/classes";
import { useProject } from "@/features/projects/api/projects";
import { useSession } from "@/features/session/api/session";
import { mayBuild, roleIn } from "@/features/session/model/access";
import { useAssetPages } from "../api/assetPages";
import { useTotal } from "../api/counts";
import { targetOf } from "../model/bulk";
import { annotatePath, type AssetFilters, countFilters, readFilters, writeFilters } from "../model/filters";
import { rowsOf } from "../model/pages";
import { add, everything, NOTHING, type Selection } from "../model/selection";
import { AssetGrid, GridSkeleton } from "./AssetGrid";
import { ListHead } from "./AssetRow";
import { BulkBar } from "./BulkBar";
import { ClassLegend } from "./ClassLegend";
import classes from "./Data.module.css";
import { FilterBar } from "./FilterBar";
import { useBulk } from "./useBulk";
import { useView } from "./viewSettings";
import { ViewTabs } from "./ViewTabs";

interface Props {
  projectId: string;
  onUpload: () => void;
  /** What stands between the filters and the images. */
  children?: ReactNode;
  /** What a project without images shows. */
  nothing: ReactNode;
}

/** More images than the API takes by their ids at once. */
const MOST_IN_RANGE = 10_000;

/** The images of a project: views, filters, what can be done with the chosen ones, and the images themselves. */
export function DataList({ projectId, onUpload, children, nothing }: Props) {
  const navigate = useNavigate();
  const [search, setSearch] = useSearchParams();
  const filters = readFilters(search);
  const project = useProject(projectId);
  const labels = useClasses(projectId).data ?? [];
  const overlay = useOverlaySettings();
  const [view, setView] = useView();
  const [seen, setSeen] = useState({ of: "", ended: false });
  const name = writeFilters(filters).toString();
  const total = useTotal(projectId, filters, seen.of !== name || seen.ended);
  const list = useAssetPages(projectId, filters, total);
  const { run } = useBulk(projectId);
  const mayDelete = mayBuild(roleIn(useSession().data, project.data?.workspace));
  // A selection belongs to the list it was made in.
  const [{ of, selection }, setMade] = useState({ of: name, selection: NOTHING });
  const chosen = of === name ? selection : NOTHING;
  const setSelection = (next: Selection) => setMade({ of: name, selection: next });

  const pages = list.data;
  // Only a list that goes on has to be counted.
  if (pages && !list.isPlaceholderData && (seen.of !== name || seen.ended !== pages.front.ended)) setSeen({ of: name, ended: pages.front.ended });
  // At once, so that a box that is ticked stays ticked.
  const setFilters = (change: Partial<AssetFilters>) => setSearch(writeFilters({ ...filters, ...change }), { replace: true, flushSync: true });
  const selectAll = () => {
    if (pages && pages.length > 0) setSelection(everything());
  };
  const selectRange = (from: number, to: number) => {
    const [first, last] = [Math.min(from, to), Math.max(from, to)];
    if (last - first >= MOST_IN_RANGE) {
      notifyProblem("Selecting", new Error(`At most ${count(MOST_IN_RANGE, "image")} can be selected one by one. Select all, with filters, instead.`));
      return;
    }
    list.load(first, last).then(
      (rows) => setSelection(add(chosen, rows.map(({ id }) => id), from)),
      (error: unknown) => notifyProblem("Selecting", error),
    );
  };
  const some = chosen.all || chosen.ids.size > 0;
  const first = pages && rowsOf(pages, 0, 20).find(({ status }) => status === "ready")?.id;

  useShortcut("o", "Show or hide labels", overlay.toggle);
  useShortcut("A", "Select all images that match (Ctrl A)", selectAll);
  useShortcut("a", "Annotate the image that has the focus, or the first one", () => {
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset["asset"] : undefined;
    const id = focused ?? first;
    if (id !== undefined) void navigate(annotatePath(projectId, id, search));
  });
  useShortcut("Escape", "Clear the selection", () => setSelection(NOTHING));
  useShortcut("Delete", "Move the selected images to the trash", () => {
    if (!some || !mayDelete || filters.deleted === true || chosen.all) return;
    run(targetOf(chosen, filters), { delete: true }, "Moving to the trash", (images) => `${images} moved to the trash.`, () => setSelection(NOTHING));
  });
  useControlA(selectAll);

  const narrowed = countFilters(filters) > 0;
  const empty = pages !== undefined && pages.length === 0;
  const amount = chosen.all ? (pages && (pages.front.ended || total !== undefined) ? pages.length : null) : chosen.ids.size;
  return (
    <>
      <ViewTabs projectId={projectId} filters={filters} />
      <div className={classes.toolbar}>
        {some ? (
          <BulkBar
            projectId={projectId}
            filters={filters}
            selection={chosen}
            chosen={amount}
            assets={pages && !chosen.all ? rowsOf(pages).filter(({ id }) => chosen.ids.has(id)) : []}
            onDone={() => setSelection(NOTHING)}
          />
        ) : (
          <FilterBar
            projectId={projectId}
            filters={filters}
            onChange={setFilters}
            labels={labels}
            overlay={overlay}
            view={view}
            onView={setView}
            onUpload={onUpload}
            annotate={first === undefined || filters.deleted === true ? null : annotatePath(projectId, first, search)}
          />
        )}
      </div>
      <ClassLegend labels={labels} selected={filters.class} onSelect={(ids) => setFilters({ class: ids })} />
      {children}
      {list.error && !pages && <ProblemAlert error={list.error} doing="Loading the images" onRetry={() => void list.refetch()} />}
      {list.isPending && <GridSkeleton />}
      {empty && filters.deleted === true && <EmptyState title="The trash is empty">What is deleted lies here for 30 days, and can be brought back.</EmptyState>}
      {empty && filters.deleted !== true && !narrowed && nothing}
      {empty && filters.deleted !== true && narrowed && (
        <EmptyState
          title="No image matches these filters"
          action={
            <Button variant="default" onClick={() => setSearch(new URLSearchParams(), { replace: true })}>
              Clear filters
            </Button>
          }
        >
          {project.data && project.data.counts.assets > 0 ? `The project has ${count(project.data.counts.assets, "image")}.` : undefined}
        </EmptyState>
      )}
      {pages && pages.length > 0 && (
        <div className={classes.listing} data-stale={list.isPlaceholderData || undefined}>
          <p className={classes.matching} role="status">
            {pages.front.ended || total !== undefined ? count(pages.length, "image") : `More than ${count(pages.length - pages.size, "image")}`}
            {narrowed ? " match" : ""}
          </p>
          {view === "list" && <ListHead order={filters.order} onOrder={(order) => setFilters({ order })} />}
          <AssetGrid
            pages={pages}
            onWant={list.want}
            onRange={selectRange}
            labels={labels}
            overlay={overlay}
            view={view}
            selection={chosen}
            onSelection={setSelection}
          />
        </div>
      )}
    </>
  );
}

/** Ctrl A and Cmd A, but for where something is typed or asked. */
function useControlA(run: () => void): void {
  const latest = useEffectEvent(run);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "a" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
      if (event.target instanceof Element && event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], [role=dialog]")) return;
      event.preventDefault();
      latest();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}
