import { Button, Popover, SegmentedControl, Select, Stack, TextInput, Tooltip } from "@mantine/core";
import { useDebouncedCallback, useMediaQuery } from "@mantine/hooks";
import { useRef, useState } from "react";
import { Link } from "react-router";
import type { LabelClass } from "@/api/types";
import { IconEdit, IconSearch, IconSettings, IconUpload } from "@/components/icons";
import { OverlayControls } from "@/components/OverlayControls";
import type { useOverlaySettings } from "@/components/overlaySettings";
import { useShortcut } from "@/components/shortcuts";
import { type AssetFilters, type Order, ORDERS } from "../model/filters";
import type { View } from "../model/viewSettings";
import classes from "./Data.module.css";
import { FilterChips } from "./FilterChips";

interface Props {
  projectId: string;
  filters: AssetFilters;
  onChange: (change: Partial<AssetFilters>) => void;
  labels: readonly LabelClass[];
  overlay: ReturnType<typeof useOverlaySettings>;
  view: View;
  onView: (view: View) => void;
  onUpload: () => void;
  /** Where annotating begins; null while there is no image. */
  annotate: string | null;
}

const TYPING_PAUSE = 250;
const VIEWS: { value: View; label: string; name: string }[] = [
  { value: "list", label: "List", name: "A list with columns" },
  { value: "s", label: "S", name: "Small pictures" },
  { value: "m", label: "M", name: "Middle-sized pictures" },
  { value: "l", label: "L", name: "Large pictures" },
];

/** What the list shows, in which order and how. */
export function FilterBar({ projectId, filters, onChange, labels, overlay, view, onView, onUpload, annotate }: Props) {
  const narrow = useMediaQuery("(max-width: 1240px)", false, { getInitialValueInEffect: false });
  const search = useRef<HTMLInputElement>(null);
  const [name, setName] = useState(filters.name);
  const [seen, setSeen] = useState(filters.name);
  const apply = useDebouncedCallback((value: string) => onChange({ name: value.trim() }), TYPING_PAUSE);
  useShortcut("/", "Search by file name", () => search.current?.focus());
  // The address changed by other means, such as "Clear filters" or Back.
  if (seen !== filters.name) {
    setSeen(filters.name);
    if (name.trim() !== filters.name) setName(filters.name);
  }

  const order = (
    <Select
      size="xs"
      w={narrow ? undefined : 148}
      aria-label="Order"
      label={narrow ? "Order" : undefined}
      allowDeselect={false}
      comboboxProps={{ withinPortal: !narrow }}
      maxDropdownHeight={340}
      data={Object.entries(ORDERS).map(([value, label]) => ({ value, label }))}
      value={filters.order}
      onChange={(next) => onChange({ order: next as Order })}
    />
  );
  const views = (
    <SegmentedControl
      size="xs"
      aria-label="Size of the pictures"
      value={view}
      onChange={(next) => onView(next as View)}
      data={VIEWS.map(({ value, label, name: title }) => ({
        value,
        label: (
          <Tooltip label={title}>
            <span aria-label={title}>{label}</span>
          </Tooltip>
        ),
      }))}
    />
  );
  const buttons = (
    <>
      {annotate !== null && (
        <Button size="xs" variant="default" component={Link} to={annotate} leftSection={<IconEdit size={14} />}>
          Annotate
        </Button>
      )}
      <Button size="xs" leftSection={<IconUpload size={14} />} onClick={onUpload}>
        Upload
      </Button>
    </>
  );

  return (
    <div className={classes.bar} role="search" aria-label="Filter images">
      <TextInput
        ref={search}
        size="xs"
        w={narrow ? 130 : 170}
        style={narrow ? { flex: 1, minWidth: 100 } : undefined}
        aria-label="Search by file name"
        placeholder="File name"
        leftSection={<IconSearch size={14} />}
        value={name}
        onChange={(event) => {
          setName(event.currentTarget.value);
          apply(event.currentTarget.value);
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape") event.currentTarget.blur();
        }}
      />
      {!narrow && <FilterChips projectId={projectId} filters={filters} onChange={onChange} labels={labels} />}
      {narrow ? (
        <Popover position="bottom-end" width={250} withinPortal shadow="md" trapFocus>
          <Popover.Target>
            <Button size="xs" variant="default" leftSection={<IconSettings size={14} />}>
              View
            </Button>
          </Popover.Target>
          <Popover.Dropdown>
            <Stack gap="sm">
              {views}
              {order}
              <OverlayControls settings={overlay} />
            </Stack>
          </Popover.Dropdown>
        </Popover>
      ) : (
        <>
          <div className={classes.push} />
          {order}
          {views}
          <OverlayControls settings={overlay} />
        </>
      )}
      {buttons}
      {narrow && (
        <div className={classes.chips}>
          <FilterChips projectId={projectId} filters={filters} onChange={onChange} labels={labels} />
        </div>
      )}
    </div>
  );
}
