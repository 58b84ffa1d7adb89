import { Button, Popover, Stack, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import type { LabelClass } from "@/api/types";
import { IconChevronLeft, IconClose, IconPlus } from "@/components/icons";
import { useShortcut } from "@/components/shortcuts";
import { useProject } from "@/features/projects/api/projects";
import { useMembers } from "@/features/workspace/api/workspace";
import { activeKinds, chipText, cleared, type Kind, KINDS, type Names, SWITCHES } from "../model/chips";
import type { AssetFilters } from "../model/filters";
import classes from "./Filters.module.css";
import { FilterEditor, type Person } from "./FilterEditor";

interface Props {
  projectId: string;
  filters: AssetFilters;
  onChange: (change: Partial<AssetFilters>) => void;
  labels: readonly LabelClass[];
}

const NO_LABELS: readonly LabelClass[] = [];

/** The filters that are set, each to be changed or taken away, and the way to add others. */
export function FilterChips({ projectId, filters, onChange, labels }: Props) {
  const people = usePeople(projectId);
  const names: Names = {
    className: (id) => labels.find((label) => label.id === id)?.name ?? "a class that is gone",
    personName: (id) => people.find((person) => person.id === id)?.name ?? "somebody who left",
  };
  const active = activeKinds(filters);
  const editor = { filters, onChange, labels, people };
  return (
    <>
      <AddFilter {...editor} active={active} />
      {active.map((kind) => (
        <Chip key={kind} kind={kind} text={chipText(kind, filters, names)} {...editor} />
      ))}
      {active.length > 1 && (
        <Button size="compact-xs" variant="subtle" color="gray" onClick={() => onChange(Object.assign({ name: "" }, ...active.map(cleared)) as Partial<AssetFilters>)}>
          Clear
        </Button>
      )}
    </>
  );
}

function usePeople(projectId: string): readonly Person[] {
  const workspace = useProject(projectId).data?.workspace ?? "";
  const members = useMembers(workspace);
  return (members.data ?? []).map(({ user }) => ({ id: user.id, name: user.name === "" ? user.email : user.name }));
}

interface EditorProps {
  filters: AssetFilters;
  onChange: (change: Partial<AssetFilters>) => void;
  labels: readonly LabelClass[];
  people: readonly Person[];
}

function AddFilter({ active, ...editor }: EditorProps & { active: readonly Kind[] }) {
  const [opened, setOpened] = useState(false);
  const [kind, setKind] = useState<Kind | null>(null);
  const open = (next: boolean) => {
    setOpened(next);
    setKind(null);
  };
  useShortcut("f", "Filter the images", () => open(true));
  const choose = (chosen: Kind) => {
    const at_once = SWITCHES[chosen];
    if (at_once === undefined) return setKind(chosen);
    editor.onChange(at_once);
    return open(false);
  };
  const offered = (Object.keys(KINDS) as Kind[]).filter((each) => each !== "video" && !active.includes(each));
  return (
    <Popover opened={opened} onChange={open} position="bottom-start" width={kind === null ? 190 : 260} trapFocus returnFocus shadow="md">
      <Popover.Target>
        <Button size="xs" variant="default" leftSection={<IconPlus size={13} />} onClick={() => open(!opened)} aria-expanded={opened}>
          Filter
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={kind === null ? 4 : "sm"} aria-label="Add a filter">
        {kind === null ? (
          <div className={classes.kinds}>
            {offered.map((each) => (
              <UnstyledButton key={each} className={classes.kind} onClick={() => choose(each)}>
                {KINDS[each].title}
              </UnstyledButton>
            ))}
          </div>
        ) : (
          <Stack gap="xs">
            <UnstyledButton className={classes.back} onClick={() => setKind(null)}>
              <IconChevronLeft size={13} /> {KINDS[kind].title}
            </UnstyledButton>
            <FilterEditor {...editor} kind={kind} />
            <Button size="xs" onClick={() => open(false)}>
              Done
            </Button>
          </Stack>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

function Chip({ kind, text, ...editor }: EditorProps & { kind: Kind; text: string }) {
  const [opened, setOpened] = useState(false);
  const { title } = KINDS[kind];
  const fixed = SWITCHES[kind] !== undefined || kind === "video";
  const label = (
    <>
      <span className={classes.title}>{title}</span>
      {text !== "" && <span className={classes.text}>{text}</span>}
    </>
  );
  return (
    <span className={classes.chip} data-opened={opened || undefined}>
      {fixed ? (
        <span className={classes.label}>{label}</span>
      ) : (
        <Popover opened={opened} onChange={setOpened} position="bottom-start" width={260} trapFocus returnFocus shadow="md">
          <Popover.Target>
            <button type="button" className={classes.label} aria-expanded={opened} onClick={() => setOpened(!opened)}>
              {label}
            </button>
          </Popover.Target>
          <Popover.Dropdown aria-label={`Filter by ${title.toLowerCase()}`}>
            <FilterEditor {...editor} labels={opened ? editor.labels : NO_LABELS} kind={kind} />
          </Popover.Dropdown>
        </Popover>
      )}
      <button type="button" className={classes.remove} aria-label={`Remove the filter ${title.toLowerCase()}`} onClick={() => editor.onChange(cleared(kind))}>
        <IconClose size={12} />
      </button>
    </span>
  );
}
