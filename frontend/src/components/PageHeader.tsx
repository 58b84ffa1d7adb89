import { Group, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";
import classes from "./PageHeader.module.css";

interface Props {
  title: ReactNode;
  /** The browser tab's name; needed where `title` is not plain text. */
  tab?: string;
  sub?: ReactNode;
  actions?: ReactNode;
}

export function PageHeader({ title, tab, sub, actions }: Props) {
  const name = tab ?? (typeof title === "string" ? title : "");
  useDocumentTitle(name === "" ? "Tessera" : `${name} · Tessera`);
  return (
    <div className={classes.root}>
      <div className={classes.text}>
        <Title order={1} size="h3" className={classes.title}>
          {title}
        </Title>
        {sub !== undefined && (
          <Text size="sm" c="dimmed" component="div" className={classes.sub}>
            {sub}
          </Text>
        )}
      </div>
      {actions !== undefined && <Group gap="xs">{actions}</Group>}
    </div>
  );
}
