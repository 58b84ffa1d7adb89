import { useState } from "react";
import type { LabelClass } from "@/api/types";
import { ClassSwatch } from "@/components/ClassSwatch";
import { integer } from "@/components/format";
import classes from "./Data.module.css";

interface Props {
  labels: readonly LabelClass[];
  /** What the list is filtered by: ids of classes, with "-" before those that must not be there. */
  selected: readonly string[];
  onSelect: (selected: readonly string[]) => void;
}

/** More would push the images out of sight. */
const MOST = 24;

/** The project's classes with their colours; pressing one shows images that have it, or one of the others pressed. */
export function ClassLegend({ labels, selected, onSelect }: Props) {
  const [everything, setEverything] = useState(false);
  if (labels.length === 0) return null;
  const shown = everything ? labels : labels.filter(({ id }, index) => index < MOST || selected.includes(id));
  const press = (id: string) => onSelect(selected.includes(id) ? selected.filter((each) => each !== id) : [...selected.filter((each) => each !== `-${id}`), id]);
  return (
    <div className={classes.legend} role="group" aria-label="Class legend">
      {shown.map(({ id, name, color, annotations }) => (
        <button
          key={id}
          type="button"
          className={classes.chip}
          aria-pressed={selected.includes(id)}
          title={`Only images with ${name}`}
          onClick={() => press(id)}
        >
          <ClassSwatch color={color} />
          <span className={classes.chipName}>{name}</span>
          <small>{integer(annotations)}</small>
        </button>
      ))}
      {labels.length > MOST && (
        <button type="button" className={classes.chip} aria-expanded={everything} onClick={() => setEverything(!everything)}>
          {everything ? "Fewer" : `${integer(labels.length - shown.length)} more`}
        </button>
      )}
    </div>
  );
}
