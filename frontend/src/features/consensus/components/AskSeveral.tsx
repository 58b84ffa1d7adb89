import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconUsers } from "@/components/icons";
import { useProject } from "@/features/projects/api/projects";
import { useSession } from "@/features/session/api/session";
import { mayReview, roleIn } from "@/features/session/model/access";
import { RoundDialog } from "./RoundDialog";

/** The button that gives selected images to several people each; for whoever may review. */
export function AskSeveral({ projectId, ids, onDone }: { projectId: string; ids: readonly string[]; onDone: () => void }) {
  const workspace = useProject(projectId).data?.workspace;
  const session = useSession();
  const [opened, { open, close }] = useDisclosure(false);
  if (workspace === undefined || !mayReview(roleIn(session.data, workspace))) return null;
  return (
    <>
      <Button size="xs" variant="default" leftSection={<IconUsers size={14} />} onClick={open}>
        Several people
      </Button>
      <RoundDialog projectId={projectId} workspace={workspace} opened={opened} onClose={close} ids={ids} total={ids.length} onDone={onDone} />
    </>
  );
}
