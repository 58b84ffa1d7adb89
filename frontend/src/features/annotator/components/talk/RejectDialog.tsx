import { Button, Group, Modal, Stack, Textarea } from "@mantine/core";
import { useState } from "react";

interface Props {
  opened: boolean;
  onClose: () => void;
  onReject: (note: string) => void;
}

/** Why an image goes back: whoever annotates reads it beside the image. */
export function RejectDialog({ opened, onClose, onReject }: Props) {
  const [note, setNote] = useState("");
  const send = () => {
    onReject(note.trim());
    setNote("");
    onClose();
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
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" color="red">
              Reject
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
