import { Paper, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";
import { Logo } from "@/components/Logo";
import classes from "./AuthCard.module.css";

export function AuthCard({ title, sub, children }: { title: string; sub?: ReactNode; children: ReactNode }) {
  useDocumentTitle(`${title} · Tessera`);
  return (
    <main className={classes.page}>
      <Paper withBorder radius="md" className={classes.card}>
        <Stack gap="md">
          <Stack gap={4}>
            <Logo size={34} />
            <Title order={1} size="h3" mt={6}>
              {title}
            </Title>
            {sub !== undefined && (
              <Text size="sm" c="dimmed">
                {sub}
              </Text>
            )}
          </Stack>
          {children}
        </Stack>
      </Paper>
    </main>
  );
}
