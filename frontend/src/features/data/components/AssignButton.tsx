import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { Asset } from "@/api/types";
import { IconUsers } from "@/components/icons";
import { useProject } from "@/features/projects/api/projects";
import { useSession } from "@/features/session/api/session";
import { mayReview, roleIn } from "@/features/session/model/access";
import { AssignDialog } from "./AssignDialog";

interface Props {
  projectId: string;
  assets: readonly Asset[];
  onDone: () => void;
}

/** Gives the selected images to people; there for those who may. */
export function AssignButton({ projectId, assets, onDone }: Props) {
  const [opened, { open, close }] = useDisclosure(false);
  const project = useProject(projectId);
  const session = useSession();
  const workspace = project.data?.workspace;
  if (workspace === undefined || !mayReview(roleIn(session.data, workspace))) return null;
  const free = {
    assignee: assets.filter(({ assignee }) => assignee === null).length,
    reviewer: assets.filter(({ reviewer }) => reviewer === null).length,
  };
  return (
    <>
      <Button size="xs" variant="default" leftSection={<IconUsers size={14} />} onClick={open}>
        Assign
      </Button>
      <AssignDialog
        projectId={projectId}
        workspace={workspace}
        opened={opened}
        onClose={close}
        ids={assets.map(({ id }) => id)}
        free={free}
        onDone={onDone}
      />
    </>
  );
}
