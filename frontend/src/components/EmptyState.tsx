import { Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";

interface Props {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}

/** What a list shows while it has nothing: what it is for, and the button that fills it. */
export function EmptyState({ icon, title, children, action }: Props) {
  return (
    <Stack align="center" gap={6} py={56} px="md" ta="center">
      {icon !== undefined && <Text c="dimmed" lh={1}>{icon}</Text>}
      <Text fw={600}>{title}</Text>
      {children !== undefined && (
        <Text c="dimmed" size="sm" maw={460}>
          {children}
        </Text>
      )}
      {action !== undefined && <div style={{ marginTop: 10 }}>{action}</div>}
    </Stack>
  );
}
