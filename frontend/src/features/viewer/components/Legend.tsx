import { ClassSwatch } from "@/components/ClassSwatch";
import type { Label } from "../model/indices";
import classes from "./Viewer.module.css";

interface Props {
  labels: readonly Label[];
  hidden: readonly number[];
  onChange: (hidden: number[]) => void;
}

/** The classes in their colours; a click hides one in all panes, a click with Alt all others. */
export function Legend({ labels, hidden, onChange }: Props) {
  const drawn = labels.filter(({ id }) => id !== null);
  const toggle = (index: number, alone: boolean) => {
    if (alone) {
      const others = drawn.map((label) => label.index).filter((one) => one !== index);
      const isAlone = !hidden.includes(index) && others.every((one) => hidden.includes(one));
      onChange(isAlone ? [] : others);
    } else onChange(hidden.includes(index) ? hidden.filter((one) => one !== index) : [...hidden, index]);
  };
  return (
    <div className={classes.legend} role="group" aria-label="Classes that are drawn">
      {drawn.map(({ index, name, color }) => (
        <button
          key={index}
          type="button"
          className={classes.class}
          aria-pressed={!hidden.includes(index)}
          title={`${hidden.includes(index) ? "Show" : "Hide"} ${name}. With Alt: only this class.`}
          onClick={(event) => toggle(index, event.altKey)}
        >
          <ClassSwatch color={color} />
          <span>{name}</span>
        </button>
      ))}
      {hidden.length > 0 && (
        <button type="button" className={classes.all} onClick={() => onChange([])}>
          Show all
        </button>
      )}
    </div>
  );
}
