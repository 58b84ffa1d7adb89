import { Group, Title } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./Panel.module.css";

interface Props {
  title?: ReactNode;
  actions?: ReactNode;
  flush?: boolean;
  children: ReactNode;
  className?: string;
}

/** A titled box; `flush` lets a table reach its edges. */
export function Panel({ title, actions, flush = false, children, className = "" }: Props) {
  return (
    <section className={`${classes.panel} ${className}`}>
      {(title !== undefined || actions !== undefined) && (
        <Group justify="space-between" className={classes.head} gap="xs">
          <Title order={2} size="h5">
            {title}
          </Title>
          {actions}
        </Group>
      )}
      <div className={flush ? classes.flush : classes.body}>{children}</div>
    </section>
  );
}
