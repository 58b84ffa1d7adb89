import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./Stat.module.css";

export interface StatItem {
  label: string;
  value: ReactNode;
  hint?: ReactNode;
}

/** A row of figures with their names, wrapping where it is narrow. */
export function Stats({ items }: { items: StatItem[] }) {
  return (
    <dl className={classes.row}>
      {items.map(({ label, value, hint }) => (
        <div key={label} className={classes.item}>
          <dt className={classes.label}>{label}</dt>
          <dd className={classes.value}>{value}</dd>
          {hint !== undefined && (
            <Text component="dd" m={0} size="xs" c="dimmed" truncate>
              {hint}
            </Text>
          )}
        </div>
      ))}
    </dl>
  );
}

/** Names and values below each other, for metadata. */
export function Facts({ items }: { items: StatItem[] }) {
  return (
    <dl className={classes.facts}>
      {items.map(({ label, value }) => (
        <div key={label} className={classes.fact}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
