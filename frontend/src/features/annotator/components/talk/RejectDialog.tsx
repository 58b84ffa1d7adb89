import { Button, Group, Modal, Stack, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { ProblemAlert } from "@/components/ProblemAlert";

interface Props {
  opened: boolean;
  onClose: () => void;
  /** Ends when the server has answered; what it throws is shown, and the note stays. */
  onReject: (note: string) => Promise<unknown>;
}

/** Why an image goes back: whoever annotates reads it beside the image. */
export function RejectDialog({ opened, onClose, onReject }: Props) {
  const [note, setNote] = useState("");
  const rejecting = useMutation({
    mutationFn: () => onReject(note.trim()),
    onSuccess: () => {
      setNote("");
      onClose();
    },
  });
  const send = () => {
    if (!rejecting.isPending) rejecting.mutate();
  };
  return (
    <Modal opened={opened} onClose={onClose} title="Reject this image?" size="sm">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <Stack gap="sm">
          <Textarea
            label="What is to be mended"
            description="Shown in the image's history. Enter sends, Shift+Enter starts a new line."
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
              event.preventDefault();
              send();
            }}
            autosize
            minRows={2}
            maxLength={2000}
            data-autofocus
          />
          <ProblemAlert error={rejecting.error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" color="red" loading={rejecting.isPending}>
              Reject
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
