import { Checkbox, Group, MultiSelect, NumberInput, Radio, Select, Stack, TagsInput, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useState } from "react";
import type { LabelClass, Review } from "@/api/types";
import { REVIEW_NAMES } from "@/features/review/model/history";
import { type Kind, SPLIT_NAMES, STATUS_WORDS } from "../model/chips";
import { type AssetFilters, named, plain, REVIEWS, SPLITS } from "../model/filters";

export interface Person {
  id: string;
  name: string;
}

interface Props {
  kind: Kind;
  filters: AssetFilters;
  onChange: (change: Partial<AssetFilters>) => void;
  labels: readonly LabelClass[];
  people: readonly Person[];
}

/** Chooses the values of one filter; what is chosen applies at once. */
export function FilterEditor({ kind, filters, onChange, labels, people }: Props) {
  switch (kind) {
    case "class": {
      const data = labels.map(({ id, name }) => ({ value: id, label: name }));
      const [within, without] = parted(filters.class);
      return (
        <Stack gap="xs">
          <MultiSelect {...SEARCH} label="Has any of" data={data} value={within} onChange={(ids) => onChange({ class: joined(ids, without) })} data-autofocus />
          <MultiSelect {...SEARCH} label="Has none of" data={data} value={without} onChange={(ids) => onChange({ class: joined(within, ids) })} />
        </Stack>
      );
    }
    case "tag": {
      const [within, without] = parted(filters.tag);
      return (
        <Stack gap="xs">
          <TagsInput {...TYPED} label="Has any of" value={within.map(plain)} onChange={(tags) => onChange({ tag: joined(tags.map(named), without) })} data-autofocus />
          <TagsInput {...TYPED} label="Has none of" value={without.map(plain)} onChange={(tags) => onChange({ tag: joined(within, tags.map(named)) })} />
        </Stack>
      );
    }
    case "split":
      return (
        <Checks
          label="Split"
          data={SPLITS.map((value) => ({ value, label: SPLIT_NAMES[value] }))}
          value={filters.split}
          onChange={(split) => onChange({ split: split as AssetFilters["split"] })}
        />
      );
    case "review":
      return (
        <Checks
          label="Review"
          data={REVIEWS.map((value) => ({ value, label: REVIEW_NAMES[value] }))}
          value={filters.review}
          onChange={(review) => onChange({ review: review as Review[] })}
        />
      );
    case "annotated":
      return (
        <Radios
          label="Annotated"
          data={[
            { value: "true", label: "Annotated" },
            { value: "false", label: "Not annotated" },
          ]}
          value={filters.annotated === null ? null : String(filters.annotated)}
          onChange={(value) => onChange({ annotated: value === "true" })}
        />
      );
    case "assignee":
    case "reviewer":
      return (
        <Select
          {...SEARCH}
          label={kind === "assignee" ? "Who annotates" : "Who reviews"}
          data={[{ value: "me", label: "Me" }, { value: "none", label: "Nobody" }, ...people.map(({ id, name }) => ({ value: id, label: name }))]}
          value={filters[kind]}
          onChange={(value) => onChange({ [kind]: value })}
          data-autofocus
        />
      );
    case "width":
      return <Range unit="px" low={filters.min_width} high={filters.max_width} onChange={(min_width, max_width) => onChange({ min_width, max_width })} />;
    case "height":
      return <Range unit="px" low={filters.min_height} high={filters.max_height} onChange={(min_height, max_height) => onChange({ min_height, max_height })} />;
    case "size":
      return <Range unit="kB" factor={1000} low={filters.min_size} high={filters.max_size} onChange={(min_size, max_size) => onChange({ min_size, max_size })} />;
    case "created":
      return (
        <Group gap="xs" grow>
          <Day label="From" value={filters.created_after} onChange={(created_after) => onChange({ created_after })} first />
          <Day label="Before" value={filters.created_before} onChange={(created_before) => onChange({ created_before })} />
        </Group>
      );
    case "media":
      return (
        <Radios
          label="Media"
          data={[
            { value: "image", label: "Images" },
            { value: "video", label: "Videos" },
          ]}
          value={filters.media}
          onChange={(media) => onChange({ media: media as AssetFilters["media"] })}
        />
      );
    case "status":
      return (
        <Radios
          label="State"
          data={Object.entries(STATUS_WORDS).map(([value, label]) => ({ value, label }))}
          value={filters.status}
          onChange={(status) => onChange({ status: status as AssetFilters["status"] })}
        />
      );
    case "comments":
    case "proposals":
    case "duplicates":
    case "video":
      return null;
  }
}

const TYPING_PAUSE = 400;
const SEARCH = { size: "xs", searchable: true, clearable: true, comboboxProps: { withinPortal: false }, maxDropdownHeight: 220, nothingFoundMessage: "Nothing like that" } as const;
const TYPED = { size: "xs", placeholder: "Type and press Enter", splitChars: [], comboboxProps: { withinPortal: false } };

/** What must be there, and what must not. */
function parted(values: readonly string[]): [string[], string[]] {
  return [values.filter((value) => !value.startsWith("-")), values.filter((value) => value.startsWith("-")).map((value) => value.slice(1))];
}

function joined(within: readonly string[], without: readonly string[]): string[] {
  return [...within, ...without.map((value) => `-${value}`)];
}

interface ChoiceProps<V> {
  label: string;
  data: { value: string; label: string }[];
  value: V;
  onChange: (value: V) => void;
}

function Checks({ label, data, value, onChange }: ChoiceProps<readonly string[]>) {
  return (
    <Checkbox.Group label={`${label}: any of`} size="xs" value={[...value]} onChange={onChange}>
      <Stack gap={8} mt={8}>
        {data.map((each, n) => (
          <Checkbox key={each.value} size="xs" {...each} data-autofocus={n === 0 || undefined} />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}

function Radios({ label, data, value, onChange }: ChoiceProps<string | null>) {
  return (
    <Radio.Group label={label} size="xs" value={value} onChange={onChange}>
      <Stack gap={8} mt={8}>
        {data.map((each, n) => (
          <Radio key={each.value} size="xs" {...each} data-autofocus={n === 0 || undefined} />
        ))}
      </Stack>
    </Radio.Group>
  );
}

interface RangeProps {
  unit: string;
  /** How many of what the filter counts make one of the unit. */
  factor?: number;
  low: number | null;
  high: number | null;
  onChange: (low: number | null, high: number | null) => void;
}

function Range({ unit, factor = 1, low, high, onChange }: RangeProps) {
  const [typed, setTyped] = useState<(string | number)[]>([low, high].map((value) => (value === null ? "" : value / factor)));
  const apply = useDebouncedCallback(onChange, TYPING_PAUSE);
  const read = (value: string | number | undefined) => (value === undefined || value === "" ? null : Math.round(Number(value) * factor));
  const type = (next: (string | number)[]) => {
    setTyped(next);
    apply(read(next[0]), read(next[1]));
  };
  const wrong = typed[0] !== "" && typed[1] !== "" && Number(typed[0]) > Number(typed[1]);
  const box = { size: "xs", suffix: ` ${unit}`, min: 0, thousandSeparator: true } as const;
  return (
    <Group gap="xs" grow align="start">
      <NumberInput {...box} label="From" value={typed[0] ?? ""} onChange={(value) => type([value, typed[1] ?? ""])} data-autofocus />
      <NumberInput {...box} label="Up to" value={typed[1] ?? ""} error={wrong && "Less than “From”"} onChange={(value) => type([typed[0] ?? "", value])} />
    </Group>
  );
}

function Day({ label, value, onChange, first = false }: { label: string; value: string | null; onChange: (value: string | null) => void; first?: boolean }) {
  return (
    <TextInput
      type="date"
      size="xs"
      label={label}
      value={value ?? ""}
      data-autofocus={first || undefined}
      onChange={(event) => onChange(event.currentTarget.value === "" ? null : event.currentTarget.value)}
    />
  );
}
