import { Button, MultiSelect, Popover, Stack, TagsInput, TextInput, UnstyledButton } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useState } from "react";
import { IconClose, IconPlus } from "@/components/icons";
import { useShortcut } from "@/components/shortcuts";
import { useClasses } from "@/features/classes/api/classes";
import { activeKinds, chipText, cleared, KINDS } from "@/features/data/model/chips";
import { type AssetFilters, named, NO_FILTERS, plain } from "@/features/data/model/filters";
import type { Choice } from "../../model/choice";
import classes from "./Evaluation.module.css";

interface Props {
  projectId: string;
  choice: Choice;
  onChange: (change: Partial<Choice>) => void;
}

/** Which of the evaluation's images count: those with a tag, a class, a name. Filters of a slice show as chips, too. */
export function FilterBar({ projectId, choice: { filters }, onChange }: Props) {
  const labels = useClasses(projectId).data ?? [];
  const set = (change: Partial<AssetFilters>) => onChange({ filters: { ...filters, ...change } });
  const names = {
    className: (id: string) => labels.find((label) => label.id === id)?.name ?? "a class that is gone",
    personName: () => "somebody",
  };
  const kinds = activeKinds(filters);
  const chips = [
    ...(filters.name === "" ? [] : [{ key: "name", title: "Name", text: filters.name, clear: { name: "" } }]),
    ...kinds.map((kind) => ({ key: kind, title: KINDS[kind].title, text: chipText(kind, filters, names), clear: cleared(kind) })),
  ];
  return (
    <div className={classes.filters}>
      <AddFilter filters={filters} labels={labels.map(({ id, name }) => ({ value: id, label: name }))} onChange={set} />
      {chips.map(({ key, title, text, clear }) => (
        <span key={key} className={classes.chip}>
          <span>
            <small>{title}</small>
            {text !== "" && <b title={text}>{text}</b>}
          </span>
          <UnstyledButton aria-label={`Remove the filter ${title.toLowerCase()}`} onClick={() => set(clear)}>
            <IconClose size={12} />
          </UnstyledButton>
        </span>
      ))}
      {chips.length > 1 && (
        <Button size="compact-xs" variant="subtle" color="gray" onClick={() => onChange({ filters: NO_FILTERS })}>
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

const WAIT = 350;
/** The values of a filter that must be there; those that must not be are kept as they are. */
const parted = (values: readonly string[]) => [values.filter((value) => !value.startsWith("-")), values.filter((value) => value.startsWith("-"))] as const;

function AddFilter({ filters, labels, onChange }: FormProps) {
  const [opened, setOpened] = useState(false);
  const [name, setName] = useState(filters.name);
  const typed = useDebouncedCallback((value: string) => onChange({ name: value }), WAIT);
  const [tags, withoutTags] = parted(filters.tag);
  const [chosen, withoutChosen] = parted(filters.class);
  const open = (next: boolean) => {
    setName(filters.name);
    setOpened(next);
  };
  useShortcut("f", "Filter the evaluated images", () => open(true));
  return (
    <Popover opened={opened} onChange={open} position="bottom-start" width={280} trapFocus returnFocus shadow="md">
      <Popover.Target>
        <Button size="xs" variant="default" leftSection={<IconPlus size={13} />} aria-expanded={opened} onClick={() => open(!opened)}>
          Filter
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Filter the evaluated images">
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
