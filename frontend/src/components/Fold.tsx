import { useLocalStorage } from "@mantine/hooks";
import { type ReactNode, useId } from "react";
import classes from "./Fold.module.css";
import { IconChevronDown } from "./icons";

interface Props {
  title: ReactNode;
  /** Remembered in this browser under this name. */
  name: string;
  openAtFirst?: boolean;
  aside?: ReactNode;
  children: ReactNode;
}

/** A section that folds; what is folded is not there at all. */
export function Fold({ title, name, openAtFirst = true, aside, children }: Props) {
  const [open, setOpen] = useLocalStorage({ key: `tessera-fold-${name}`, defaultValue: openAtFirst, getInitialValueInEffect: false });
  const body = useId();
  return (
    <section className={classes.fold}>
      <h2 className={classes.head}>
        <button type="button" className={classes.button} aria-expanded={open} aria-controls={body} onClick={() => setOpen(!open)}>
          <IconChevronDown size={14} className={classes.arrow} />
          {title}
          {aside !== undefined && <small>{aside}</small>}
        </button>
      </h2>
      <div id={body}>{open && children}</div>
    </section>
  );
}
