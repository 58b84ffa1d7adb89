import type { LabelClass } from "@/api/types";
import { ClassSwatch } from "@/components/ClassSwatch";
import { integer } from "@/components/format";
import classes from "./Data.module.css";

interface Props {
  labels: readonly LabelClass[];
  selected: string | null;
  onSelect: (id: string | null) => void;
}

/** The project's classes with their colours; pressing one shows only images that have it. */
export function ClassLegend({ labels, selected, onSelect }: Props) {
  if (labels.length === 0) return null;
  return (
    <div className={classes.legend} role="group" aria-label="Class legend">
      {labels.map(({ id, name, color, annotations }) => (
        <button
          key={id}
          type="button"
          className={classes.chip}
          aria-pressed={selected === id}
          title={`Only images with ${name}`}
          onClick={() => onSelect(selected === id ? null : id)}
        >
          <ClassSwatch color={color} />
          <span className={classes.chipName}>{name}</span>
          <small>{integer(annotations)}</small>
        </button>
      ))}
    </div>
  );
}
