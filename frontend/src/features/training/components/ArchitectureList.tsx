import { Select, Text } from "@mantine/core";
import { useState } from "react";
import { parameters } from "@/components/format";
import type { Architecture, Task } from "@/api/types";
import { fits, leastFlops, listed, parameterSpan, reasonAgainst, type SortBy, type TaskFilter } from "../model/architectures";
import { flopsText } from "../model/cost";
import { withArchitecture } from "../model/form";
import { title } from "../model/wording";
import { useBuilder } from "./builder";
import classes from "./Model.module.css";

const SORTS: { value: SortBy; label: string }[] = [
  { value: "suggested", label: "As suggested" },
  { value: "parameters", label: "By parameters" },
  { value: "operations", label: "By GFLOPs" },
];

/** Every architecture there is; those that do another task than the project's are greyed and say why. */
export function ArchitectureList() {
  const { architectures, form, task, errors, setSpec } = useBuilder();
  const [filter, setFilter] = useState<TaskFilter>(task);
  const [sort, setSort] = useState<SortBy>("suggested");
  const tasks = [...new Set(architectures.flatMap((one) => one.tasks))];
  const rows = listed(architectures, filter, sort, task);
  return (
    <div className={classes.chooser}>
      <div className={classes.filters}>
        <Select
          size="xs"
          aria-label="Task"
          allowDeselect={false}
          data={[...tasks.map((value) => ({ value: value as string, label: title(value) })), { value: "all", label: "All tasks" }]}
          value={filter}
          onChange={(value) => value !== null && setFilter(value as TaskFilter)}
        />
        <Select
          size="xs"
          aria-label="Order of architectures"
          allowDeselect={false}
          data={SORTS}
          value={sort}
          onChange={(value) => value !== null && setSort(value as SortBy)}
        />
      </div>
      <div role="radiogroup" aria-label="Architecture" className={classes.architectures}>
        {rows.map((one) => (
          <Row key={one.name} architecture={one} task={task} checked={one.name === form.spec.architecture} onChoose={() => setSpec(withArchitecture(one, form.spec))} />
        ))}
      </div>
      {errors["architecture"] !== undefined && (
        <Text size="xs" c="red">
          {errors["architecture"]}
        </Text>
      )}
    </div>
  );
}

interface RowProps {
  architecture: Architecture;
  task: Task;
  checked: boolean;
  onChoose: () => void;
}

function Row({ architecture, task, checked, onChoose }: RowProps) {
  const [least, most] = parameterSpan(architecture);
  const flops = leastFlops(architecture);
  const usable = fits(architecture, task);
  const sizes = least === most ? parameters(least) : `${parameters(least)} – ${parameters(most)}`;
  return (
    <label className={classes.architecture} data-checked={checked || undefined} data-unusable={!usable || undefined}>
      <input
        type="radio"
        name="architecture"
        checked={checked}
        disabled={!usable}
        onChange={onChoose}
        aria-label={usable ? architecture.title : `${architecture.title}: ${reasonAgainst(architecture, task)}`}
      />
      <b>{architecture.title}</b>
      <small>{usable ? [sizes, flops === null ? "" : `from ${flopsText(flops)}`].filter((part) => part !== "").join(" · ") : reasonAgainst(architecture, task)}</small>
    </label>
  );
}
