import { ActionIcon, Select } from "@mantine/core";
import type { Run } from "@/api/types";
import { IconClose } from "@/components/icons";
import { MOST_COMPARED } from "../../model/compare";
import classes from "./Compare.module.css";

interface Props {
  runs: readonly Run[];
  others: readonly Run[];
  colors: ReadonlyMap<string, string>;
  hidden: ReadonlySet<string>;
  onToggle: (id: string) => void;
  onAdd: (id: string) => void;
  onRemove: (id: string) => void;
}

/** The runs that are compared: a click hides a run's lines, another one brings them back. */
export function RunLegend({ runs, others, colors, hidden, onToggle, onAdd, onRemove }: Props) {
  return (
    <ul className={classes.legend} aria-label="Compared runs">
      {runs.map(({ id, name }) => (
        <li key={id} data-hidden={hidden.has(id) || undefined}>
          <button type="button" aria-pressed={!hidden.has(id)} title={hidden.has(id) ? "Show its lines" : "Hide its lines"} onClick={() => onToggle(id)}>
            <i style={{ background: colors.get(id) }} />
            {name}
          </button>
          <ActionIcon variant="transparent" color="gray" size="xs" aria-label={`Remove ${name} from the comparison`} onClick={() => onRemove(id)}>
            <IconClose size={11} />
          </ActionIcon>
        </li>
      ))}
      {runs.length < MOST_COMPARED && others.length > 0 && (
        <li className={classes.add}>
          <Select
            size="xs"
            w={150}
            placeholder="Add a run"
            aria-label="Add a run"
            searchable
            data={others.map(({ id, name }) => ({ value: id, label: name }))}
            value={null}
            onChange={(id) => id !== null && onAdd(id)}
          />
        </li>
      )}
    </ul>
  );
}
