import { Button, MultiSelect, Select, TextInput } from "@mantine/core";
import { useRef } from "react";
import type { Run } from "@/api/types";
import { IconSearch } from "@/components/icons";
import { useShortcut } from "@/components/shortcuts";
import { isFiltered, type RunFilters, tagsOf, workflowsOf } from "../../model/table";
import classes from "./Table.module.css";

const STATUSES = ["queued", "preparing", "running", "evaluating", "succeeded", "failed", "cancelled"];

interface Props {
  runs: readonly Run[];
  sweeps: readonly { id: string; name: string }[];
  filters: RunFilters;
  onChange: (filters: RunFilters) => void;
}

export function RunFilterBar({ runs, sweeps, filters, onChange }: Props) {
  const search = useRef<HTMLInputElement>(null);
  useShortcut("/", "Search runs", () => search.current?.focus());
  const set = (change: Partial<RunFilters>) => onChange({ ...filters, ...change });
  const tags = tagsOf(runs);
  const workflows = workflowsOf(runs);
  return (
    <div className={classes.filters} role="search" aria-label="Filter runs">
      <TextInput
        ref={search}
        size="xs"
        w={210}
        placeholder="Name, tag or workflow"
        aria-label="Search runs"
        leftSection={<IconSearch size={13} />}
        value={filters.query}
        onChange={(event) => set({ query: event.currentTarget.value })}
      />
      <MultiSelect
        size="xs"
        w={200}
        aria-label="Status"
        placeholder={filters.status.length === 0 ? "Any status" : ""}
        data={STATUSES}
        value={filters.status}
        onChange={(status) => set({ status })}
        clearable
      />
      {(tags.length > 0 || filters.tag !== null) && (
        <Select size="xs" w={140} aria-label="Tag" placeholder="Any tag" data={tags} value={filters.tag} onChange={(tag) => set({ tag })} clearable searchable />
      )}
      {(workflows.length > 1 || filters.workflow !== null) && (
        <Select
          size="xs"
          w={180}
          aria-label="Workflow"
          placeholder="Any workflow"
          data={workflows}
          value={filters.workflow}
          onChange={(workflow) => set({ workflow })}
          clearable
          searchable
        />
      )}
      {sweeps.length > 0 && (
        <Select
          size="xs"
          w={170}
          aria-label="Sweep"
          placeholder="With trials of sweeps"
          data={[{ value: "none", label: "Without trials" }, ...sweeps.map(({ id, name }) => ({ value: id, label: name }))]}
          value={filters.sweep}
          onChange={(sweep) => set({ sweep })}
          clearable
        />
      )}
      {isFiltered(filters) && (
        <Button
          size="compact-sm"
          variant="subtle"
          onClick={() => onChange({ query: "", status: [], tag: null, workflow: null, sweep: null })}
        >
          Clear
        </Button>
      )}
    </div>
  );
}
