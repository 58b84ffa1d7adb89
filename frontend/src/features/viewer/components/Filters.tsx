import { Button, MultiSelect, Popover, Stack, TagsInput, TextInput, UnstyledButton } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useState } from "react";
import { IconClose, IconPlus } from "@/components/icons";
import { useShortcut } from "@/components/shortcuts";
import { useClasses } from "@/features/classes/api/classes";
import { activeKinds, chipText, cleared, KINDS } from "@/features/data/model/chips";
import { type AssetFilters, named, NO_FILTERS, plain } from "@/features/data/model/filters";
import classes from "./List.module.css";

interface Props {
  projectId: string;
  filters: AssetFilters;
  onChange: (filters: AssetFilters) => void;
}

const WAIT = 350;

/** Which images are listed: chips of what is set, those of a slice among them, and a form for the usual ones. */
export function Filters({ projectId, filters, onChange }: Props) {
  const labels = useClasses(projectId).data ?? [];
  const set = (change: Partial<AssetFilters>) => onChange({ ...filters, ...change });
  const names = {
    className: (id: string) => labels.find((label) => label.id === id)?.name ?? "a class that is gone",
    personName: () => "somebody",
  };
  const chips = [
    ...(filters.name === "" ? [] : [{ key: "name", title: "Name", text: filters.name, clear: { name: "" } }]),
    ...activeKinds(filters).map((kind) => ({ key: kind, title: KINDS[kind].title, text: chipText(kind, filters, names), clear: cleared(kind) })),
  ];
  return (
    <div className={classes.filters}>
      <Form filters={filters} labels={labels.map(({ id, name }) => ({ value: id, label: name }))} onChange={set} />
      {chips.map(({ key, title, text, clear }) => (
        <span key={key} className={classes.chip}>
          <small>{title}</small>
          {text !== "" && <b title={text}>{text}</b>}
          <UnstyledButton aria-label={`Remove the filter ${title.toLowerCase()}`} onClick={() => set(clear)}>
            <IconClose size={12} />
          </UnstyledButton>
        </span>
      ))}
      {chips.length > 1 && (
        <Button size="compact-xs" variant="subtle" color="gray" onClick={() => onChange(NO_FILTERS)}>
          Clear
        </Button>
      )}
    </div>
  );
}

interface FormProps {
  filters: AssetFilters;
  labels: { value: string; label: string }[];
  onChange: (change: Partial<AssetFilters>) => void;
}

/** What must be there, and what must not: the form sets the first and keeps the second. */
const parted = (values: readonly string[]) => [values.filter((value) => !value.startsWith("-")), values.filter((value) => value.startsWith("-"))] as const;

function Form({ filters, labels, onChange }: FormProps) {
  const [opened, setOpened] = useState(false);
  const [name, setName] = useState(filters.name);
  const typed = useDebouncedCallback((value: string) => onChange({ name: value }), WAIT);
  const [tags, withoutTags] = parted(filters.tag);
  const [chosen, withoutChosen] = parted(filters.class);
  const open = (next: boolean) => {
    setName(filters.name);
    setOpened(next);
  };
  useShortcut("f", "Filter the images", () => open(true), "Images");
  return (
    <Popover opened={opened} onChange={open} position="bottom-start" width={260} trapFocus returnFocus shadow="md">
      <Popover.Target>
        <Button size="compact-sm" variant="default" leftSection={<IconPlus size={12} />} aria-expanded={opened} onClick={() => open(!opened)}>
          Filter
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Filter the images">
        <Stack gap="xs">
          <TagsInput
            size="xs"
            label="Has any tag of"
            placeholder="Type a tag, then Enter"
            value={tags.map(plain)}
            onChange={(values) => onChange({ tag: [...values.map(named), ...withoutTags] })}
            data-autofocus
          />
          <MultiSelect
            size="xs"
            label="Has any class of"
            placeholder={chosen.length === 0 ? "Any class" : ""}
            searchable
            clearable
            comboboxProps={{ withinPortal: false }}
            data={labels}
            value={[...chosen]}
            onChange={(values) => onChange({ class: [...values, ...withoutChosen] })}
          />
          <TextInput
            size="xs"
            label="Name contains"
            value={name}
            onChange={({ currentTarget: { value } }) => {
              setName(value);
              typed(value);
            }}
          />
          <Button size="xs" onClick={() => open(false)}>
            Done
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
