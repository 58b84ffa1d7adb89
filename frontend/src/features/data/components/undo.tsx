import { Button, Group } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { Changed } from "../model/bulk";

const STAYS = 15_000;

/** Says what was done, with a button that takes it back. */
export function notifyUndo(message: string, { undo, notes }: Changed, onUndo: (id: string) => void): void {
  const said = [message, ...notes].join(" ");
  if (undo === null) {
    notifications.show({ message: said, color: "teal", autoClose: 4000 });
    return;
  }
  notifications.show({
    id: undo,
    color: "teal",
    autoClose: STAYS,
    message: (
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <span>{said}</span>
        <Button
          size="compact-sm"
          variant="light"
          onClick={() => {
            notifications.hide(undo);
            onUndo(undo);
          }}
        >
          Undo
        </Button>
      </Group>
    ),
  });
}
