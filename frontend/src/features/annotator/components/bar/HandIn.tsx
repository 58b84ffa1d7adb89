import { Badge, Button, Group, Modal, Stack, Text, Tooltip } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { count } from "@/components/format";
import { IconCheck } from "@/components/icons";
import { ProblemAlert } from "@/components/ProblemAlert";
import type { Answering } from "../../api/answering";
import type { AnnotatorSession } from "../../api/useSession";

/** Where the review state stands otherwise: an answer is handed in, once. */
export function HandIn({ answering, session }: { answering: Answering; session: AnnotatorSession }) {
  const { snapshot, status, handIn } = session;
  const send = useMutation({ mutationFn: () => handIn?.() ?? Promise.resolve(), onSuccess: answering.done });
  const shapes = snapshot.document.shapes.length;
  const isSaved = status.state === "saved";
  if (snapshot.locked && (isSaved || status.state === "refused")) {
    return (
      <Text size="sm" c="dimmed" style={{ whiteSpace: "nowrap" }}>
        <IconCheck size={14} /> Handed in
      </Text>
    );
  }
  const close = () => {
    send.reset();
    answering.giveUp();
  };
  return (
    <>
      <Tooltip label="You draw for yourself: nobody else sees it before it is handed in, and you see nobody else's." multiline maw={280}>
        <Badge variant="light" radius="sm" tabIndex={0} style={{ flex: "none", textTransform: "none" }}>
          Your answer
        </Badge>
      </Tooltip>
      <Button size="compact-sm" onClick={answering.ask} disabled={status.state === "loading"} style={{ flex: "none" }}>
        Hand in
      </Button>
      <Modal opened={answering.isAsking} onClose={close} title="Hand in your answer?" size="sm">
        <Stack gap="sm">
          <Text size="sm">
            {shapes === 0 ? "It says that there is nothing to label in this image." : `It has ${count(shapes, "shape")}.`} You cannot
            change it any more; a reviewer can give it back to you.
          </Text>
          {!isSaved && (
            <Text size="sm" c="orange" role="status">
              {status.state === "offline" ? "There is no connection: it can be handed in when everything is saved." : "Saving what you drew last…"}
            </Text>
          )}
          <ProblemAlert error={send.error} doing="Handing in" />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              Go on drawing
            </Button>
            <Button data-autofocus disabled={!isSaved} loading={send.isPending} onClick={() => send.mutate()}>
              Hand in
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
