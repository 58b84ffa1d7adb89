import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import type { RefObject } from "react";
import { useBlocker } from "react-router";

interface Props {
  dirty: boolean;
  /** Set while the builder itself goes on to another page. */
  leavingRef: RefObject<boolean>;
  /** Tells whether it was saved. */
  onSave: () => Promise<boolean>;
  onDiscard: () => void;
}

/** Asks what becomes of unsaved changes before another page of the app takes this one's place. */
export function LeaveGuard({ dirty, leavingRef, onSave, onDiscard }: Props) {
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => dirty && !leavingRef.current && currentLocation.pathname !== nextLocation.pathname,
  );
  const asked = blocker.state === "blocked";
  const stay = () => blocker.reset?.();
  const leave = () => blocker.proceed?.();
  return (
    <Modal opened={asked} onClose={stay} title="Leave with unsaved changes?" size="md">
      <Stack gap="md">
        <Text size="sm">Unsaved changes stay in this browser as a draft and are here again when you come back to this workflow.</Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="subtle" color="gray" onClick={stay} data-autofocus>
            Stay
          </Button>
          <Button
            variant="subtle"
            color="red"
            onClick={() => {
              onDiscard();
              leave();
            }}
          >
            Discard
          </Button>
          <Button variant="default" onClick={leave}>
            Keep as draft
          </Button>
          <Button
            onClick={() => {
              leavingRef.current = true;
              void onSave().then((done) => {
                if (done) return leave();
                leavingRef.current = false;
                stay();
              });
            }}
          >
            Save
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
