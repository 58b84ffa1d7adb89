import { Group, Kbd, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Fragment, useEffect } from "react";
import { type Shortcut, useShortcut, useShortcutList } from "@/components/shortcuts";
import { registerShortcutSheet } from "./sheetState";

const NAMES: Record<string, string> = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc" };

export function ShortcutSheet() {
  const [opened, { open, close }] = useDisclosure(false);
  const shortcuts = useShortcutList();
  useEffect(() => registerShortcutSheet(open), [open]);
  useShortcut("?", "This sheet", open, "Everywhere");

  const groups = Map.groupBy(shortcuts, ({ group }) => group);
  return (
    <Modal opened={opened} onClose={close} title="Keyboard shortcuts" size="md">
      <Stack gap="md">
        {[...groups].reverse().map(([group, list]) => (
          <div key={group}>
            <Text size="xs" fw={600} c="dimmed" mb={6}>
              {group}
            </Text>
            <Stack gap={6}>
              {list.map((shortcut) => (
                <Group key={shortcut.keys} justify="space-between" wrap="nowrap">
                  <Text size="sm">{shortcut.label}</Text>
                  <Keys shortcut={shortcut} />
                </Group>
              ))}
            </Stack>
          </div>
        ))}
      </Stack>
    </Modal>
  );
}

function Keys({ shortcut }: { shortcut: Shortcut }) {
  return (
    <Group gap={4} wrap="nowrap">
      {shortcut.keys.split(" | ").map((spelling, index) => (
        <Fragment key={spelling}>
          {index > 0 && (
            <Text size="xs" c="dimmed">
              or
            </Text>
          )}
          {spelling.split(" ").map((key) => (
            <Kbd key={key} size="xs">
              {NAMES[key] ?? key}
            </Kbd>
          ))}
        </Fragment>
      ))}
    </Group>
  );
}
