import { Select } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { Session } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { useSession } from "@/features/session/api/session";
import classes from "./Workspace.module.css";

type Workspace = Session["workspaces"][number];

/** The frame of a page that is about one workspace, with a choice where the person is in several. */
export function WorkspacePage({ children }: { children: (workspace: Workspace, picker: ReactNode) => ReactNode }) {
  const { data } = useSession();
  const [chosen, setChosen] = useState<string | null>(null);
  const workspaces = data?.workspaces ?? [];
  const workspace = workspaces.find(({ id }) => id === chosen) ?? workspaces[0];
  if (!workspace) {
    return (
      <EmptyState title="You are not a member of any workspace">Ask someone who runs this server to invite you.</EmptyState>
    );
  }
  const picker = workspaces.length > 1 && (
    <Select
      aria-label="Workspace"
      w={190}
      data={workspaces.map(({ id, name }) => ({ value: id, label: name }))}
      value={workspace.id}
      onChange={setChosen}
      allowDeselect={false}
    />
  );
  return <div className={classes.page}>{children(workspace, picker)}</div>;
}
