import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation } from "@tanstack/react-query";
import type { ReactElement, ReactNode } from "react";
import { ProblemAlert } from "./ProblemAlert";

interface Props {
  title: string;
  /** What will happen and what will be lost. */
  children: ReactNode;
  confirm: string;
  /** What the button that changes nothing says. */
  dismiss?: string;
  color?: string;
  onConfirm: () => Promise<unknown>;
  /** The control that opens the question. */
  trigger: (open: () => void) => ReactElement;
}

export function ConfirmButton({ title, children, confirm, dismiss = "Cancel", color = "red", onConfirm, trigger }: Props) {
  const [opened, { open, close }] = useDisclosure(false);
  const action = useMutation({ mutationFn: onConfirm, onSuccess: close });
  const start = () => {
    action.reset();
    open();
  };
  return (
    <>
      {trigger(start)}
      <Modal opened={opened} onClose={close} title={title} size="sm">
        <Stack gap="sm">
          <Text size="sm" component="div">
            {children}
          </Text>
          <ProblemAlert error={action.error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close} data-autofocus>
              {dismiss}
            </Button>
            <Button color={color} loading={action.isPending} onClick={() => action.mutate()}>
              {confirm}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}

