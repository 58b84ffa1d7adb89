import { Badge, Collapse, UnstyledButton } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { IconChevronRight } from "@/components/icons";
import classes from "./Field.module.css";

interface Props {
  title: string;
  help?: string | undefined;
  aside?: ReactNode;
  children: ReactNode;
}

/** A titled part of a panel. */
export function FieldSection({ title, help, aside, children }: Props) {
  return (
    <section className={classes.section}>
      <header className={classes.sectionHead}>
        <h3>{title}</h3>
        {help !== undefined && help !== "" && <p>{help}</p>}
        {aside}
      </header>
      <div className={classes.sectionBody}>{children}</div>
    </section>
  );
}

interface FoldProps {
  label: string;
  /** The names of what is inside, to find something by. */
  names: readonly string[];
  /** How many fields inside differ from their defaults. */
  changed: number;
  /** Something inside is wrong: it cannot be folded away. */
  wrong: boolean;
  children: ReactNode;
}

/** Rarely needed fields, folded until somebody asks for them. */
export function Fold({ label, names, changed, wrong, children }: FoldProps) {
  const [open, setOpen] = useState(false);
  const shown = open || wrong;
  return (
    <>
      <UnstyledButton className={classes.fold} aria-expanded={shown} onClick={() => setOpen(!shown)}>
        <IconChevronRight size={12} />
        {label}
        {!shown && <small>{names.join(", ")}</small>}
        {changed > 0 && (
          <Badge size="xs" variant="light" tt="none">
            {changed} changed
          </Badge>
        )}
      </UnstyledButton>
      <Collapse expanded={shown} transitionDuration={0}>
        <div className={classes.folded}>{children}</div>
      </Collapse>
    </>
  );
}
