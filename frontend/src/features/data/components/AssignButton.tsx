import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { Asset } from "@/api/types";
import { IconUsers } from "@/components/icons";
import { useProject } from "@/features/projects/api/projects";
import { useSession } from "@/features/session/api/session";
import { mayReview, roleIn } from "@/features/session/model/access";
import type { Target } from "../model/bulk";
import { AssignDialog } from "./AssignDialog";

interface Props {
  projectId: string;
  target: Target;
  /** How many are chosen, where that is known. */
  total: number | null;
  /** The chosen ones, where all of them were read. */
  assets: readonly Asset[] | null;
  onDone: () => void;
}

/** Gives the selected images to people; there for those who may. */
export function AssignButton({ projectId, target, total, assets, onDone }: Props) {
  const [opened, { open, close }] = useDisclosure(false);
  const project = useProject(projectId);
  const session = useSession();
  const workspace = project.data?.workspace;
  if (workspace === undefined || !mayReview(roleIn(session.data, workspace))) return null;
  const free = assets && {
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
        target={target}
        total={total}
        free={free}
        onDone={onDone}
      />
    </>
  );
}
