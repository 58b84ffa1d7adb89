import { Button, Indicator, Popover, Select, Stack, TextInput } from "@mantine/core";
import { useDebouncedCallback, useMediaQuery } from "@mantine/hooks";
import { useRef, useState } from "react";
import { Link } from "react-router";
import { IconEdit, IconSearch, IconSettings, IconUpload } from "@/components/icons";
import { OverlayControls } from "@/components/OverlayControls";
import type { useOverlaySettings } from "@/components/overlaySettings";
import { useShortcut } from "@/components/shortcuts";
import { type AssetFilters, countFilters, type Order, ORDERS } from "../model/filters";
import classes from "./Data.module.css";

interface Props {
  filters: AssetFilters;
  onChange: (change: Partial<AssetFilters>) => void;
  overlay: ReturnType<typeof useOverlaySettings>;
  onUpload: () => void;
  /** Where annotating begins; null while there is no image. */
  annotate: string | null;
  /** Whether the project holds images and videos. */
  mixed: boolean;
}

const SPLITS = [
  { value: "train", label: "Train" },
  { value: "val", label: "Validation" },
  { value: "test", label: "Test" },
  { value: "none", label: "No split" },
];
const ANNOTATED = [
  { value: "true", label: "Annotated" },
  { value: "false", label: "Not annotated" },
];
const REVIEWS = [
  { value: "todo", label: "To do" },
  { value: "in_progress", label: "In progress" },
  { value: "in_review", label: "In review" },
  { value: "approved", label: "Approved" },
  { value: "rejected", label: "Rejected" },
];
const MEDIA = [
  { value: "image", label: "Images" },
  { value: "video", label: "Videos" },
];
/** Whose work it is, and where there is something to talk about; each sets some filters and clears the others. */
const WORK = {
  mine: { label: "Assigned to me", set: { assignee: "me", reviewer: null, comments: null, proposals: null } },
  free: { label: "Assigned to nobody", set: { assignee: "none", reviewer: null, comments: null, proposals: null } },
  review: { label: "I review", set: { assignee: null, reviewer: "me", comments: null, proposals: null } },
  unreviewed: { label: "Without a reviewer", set: { assignee: null, reviewer: "none", comments: null, proposals: null } },
  comments: { label: "Open comments", set: { assignee: null, reviewer: null, comments: "open", proposals: null } },
  proposals: { label: "Proposals", set: { assignee: null, reviewer: null, comments: null, proposals: true } },
} as const;
const NO_WORK = { assignee: null, reviewer: null, comments: null, proposals: null } as const;
const TYPING_PAUSE = 250;

export function FilterBar({ filters, onChange, overlay, onUpload, annotate, mixed }: Props) {
  const narrow = useMediaQuery("(max-width: 1340px)", false, { getInitialValueInEffect: false });
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

  const selects = (
    <>
      <Choice label="Split" data={SPLITS} value={filters.split} onChange={(split) => onChange({ split: split as AssetFilters["split"] })} />
      <Choice
        label="Annotated"
        data={ANNOTATED}
        value={filters.annotated === null ? null : String(filters.annotated)}
        onChange={(value) => onChange({ annotated: value === null ? null : value === "true" })}
      />
      <Choice
        label="Review"
        data={REVIEWS}
        value={filters.review}
        onChange={(review) => onChange({ review: review as AssetFilters["review"] })}
      />
      <Choice
        label="Work"
        data={Object.entries(WORK).map(([value, { label }]) => ({ value, label }))}
        value={workOf(filters)}
        onChange={(work) => onChange(work === null ? NO_WORK : WORK[work as keyof typeof WORK].set)}
      />
      <Select
        size="xs"
        w={narrow ? undefined : 152}
        aria-label="Order"
        label={narrow ? "Order" : undefined}
        allowDeselect={false}
        comboboxProps={{ withinPortal: !narrow }}
        data={Object.entries(ORDERS).map(([value, label]) => ({ value, label }))}
        value={filters.order}
        onChange={(order) => onChange({ order: order as Order })}
      />
      {(mixed || filters.media !== null) && (
        <Choice label="Media" data={MEDIA} value={filters.media} onChange={(media) => onChange({ media: media as AssetFilters["media"] })} />
      )}
      {filters.video !== null && (
        <Button size="xs" variant="light" onClick={() => onChange({ video: null })}>
          Frames of one video ×
        </Button>
      )}
      {filters.tag !== null && (
        <Button size="xs" variant="light" onClick={() => onChange({ tag: null })}>
          Tag: {filters.tag} ×
        </Button>
      )}
    </>
  );

  return (
    <div className={classes.bar} role="search" aria-label="Filter images">
      <TextInput
        ref={search}
        size="xs"
        w={narrow ? 130 : 180}
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
      {narrow ? (
        <Popover position="bottom-end" width={230} withinPortal shadow="md">
          <Popover.Target>
            <Indicator label={countFilters(filters)} size={15} disabled={countFilters(filters) === 0}>
              <Button size="xs" variant="default" leftSection={<IconSettings size={14} />}>
                Filters
              </Button>
            </Indicator>
          </Popover.Target>
          <Popover.Dropdown>
            <Stack gap="xs">
              {selects}
              <OverlayControls settings={overlay} />
            </Stack>
          </Popover.Dropdown>
        </Popover>
      ) : (
        <>
          {selects}
          <div className={classes.push} />
          <OverlayControls settings={overlay} />
        </>
      )}
      {annotate !== null && (
        <Button size="xs" variant="default" component={Link} to={annotate} leftSection={<IconEdit size={14} />}>
          Annotate
        </Button>
      )}
      <Button size="xs" leftSection={<IconUpload size={14} />} onClick={onUpload}>
        Upload
      </Button>
    </div>
  );
}

interface ChoiceProps {
  label: string;
  data: { value: string; label: string }[];
  value: string | null;
  onChange: (value: string | null) => void;
}

function Choice({ label, data, value, onChange }: ChoiceProps) {
  return (
    <Select
      size="xs"
      w={130}
      aria-label={label}
      placeholder={label}
      clearable
      comboboxProps={{ withinPortal: true }}
      data={data}
      value={value}
      onChange={onChange}
    />
  );
}

function workOf({ assignee, reviewer, comments, proposals }: AssetFilters): string | null {
  const found = Object.entries(WORK).find(([, { set }]) => set.assignee === assignee && set.reviewer === reviewer && set.comments === comments && set.proposals === proposals);
  return found?.[0] ?? null;
}
