import { Button, Select, Table, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { ReactNode } from "react";
import type { Member, Role, Session } from "@/api/types";
import { DataTable } from "@/components/DataTable";
import { ConfirmButton } from "@/components/ConfirmButton";
import { IconPlus } from "@/components/icons";
import { notifyProblem } from "@/components/notify";
import { PageHeader } from "@/components/PageHeader";
import { Panel } from "@/components/Panel";
import { QueryView } from "@/components/QueryView";
import { useSession } from "@/features/session/api/session";
import { mayAdminister } from "@/features/session/model/access";
import { useChangeMember, useInvitations, useMembers, useRemoveMember, useWithdrawInvitation } from "../api/workspace";
import { ROLES } from "../model/roles";
import { Invite } from "./Invite";
import { WorkspacePage } from "./WorkspacePage";

type Workspace = Session["workspaces"][number];

export function MembersPage() {
  return <WorkspacePage>{(workspace, picker) => <Members key={workspace.id} workspace={workspace} picker={picker} />}</WorkspacePage>;
}

function Members({ workspace, picker }: { workspace: Workspace; picker: ReactNode }) {
  const members = useMembers(workspace.id);
  const mayManage = mayAdminister(workspace.role);
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <PageHeader
        title="Members"
        sub={`Who works in “${workspace.name}”, and as what.`}
        actions={
          <>
            {picker}
            {mayManage && (
              <Button leftSection={<IconPlus />} onClick={open}>
                Invite
              </Button>
            )}
          </>
        }
      />
      <QueryView query={members}>
        {(list) => (
          <Panel flush>
            <DataTable
              label="Members"
              columns={[
                { title: "Name", cell: (member) => <Name member={member} /> },
                { title: "Email", cell: ({ user }) => <span style={{ overflowWrap: "anywhere" }}>{user.email}</span> },
                {
                  title: "Role",
                  width: 180,
                  cell: (member) => <RoleCell member={member} workspace={workspace.id} mayManage={mayManage} />,
                },
                {
                  title: "",
                  align: "right",
                  cell: (member) => mayManage && <Remove member={member} workspace={workspace.id} />,
                },
              ]}
              rows={list}
              keyOf={({ id }) => id}
            />
          </Panel>
        )}
      </QueryView>
      {mayManage && <Pending workspace={workspace.id} />}
      {opened && <Invite workspace={workspace.id} onClose={close} />}
    </>
  );
}

function nameOf({ user }: Member): string {
  return user.name !== "" ? user.name : user.email;
}

function useIsMe({ user }: Member): boolean {
  return useSession().data?.user?.id === user.id;
}

function Name({ member }: { member: Member }) {
  const isMe = useIsMe(member);
  return (
    <>
      <b>{nameOf(member)}</b>{" "}
      {isMe && (
        <Text span size="xs" c="dimmed">
          (you)
        </Text>
      )}
    </>
  );
}

function RoleCell({ member, workspace, mayManage }: { member: Member; workspace: string; mayManage: boolean }) {
  const isMe = useIsMe(member);
  const change = useChangeMember(workspace);
  if (!mayManage || isMe) return member.role;
  return (
    <Select
      size="xs"
      aria-label={`Role of ${nameOf(member)}`}
      data={ROLES}
      value={member.role}
      onChange={(role) =>
        role !== null &&
        change.mutate({ id: member.id, role: role as Role }, { onError: (error) => notifyProblem("Changing the role", error) })
      }
      allowDeselect={false}
    />
  );
}

function Remove({ member, workspace }: { member: Member; workspace: string }) {
  const isMe = useIsMe(member);
  const remove = useRemoveMember(workspace);
  const who = nameOf(member);
  if (isMe) return null;
  return (
    <ConfirmButton
      title={`Remove ${who}?`}
      confirm="Remove member"
      onConfirm={() => remove.mutateAsync(member.id)}
      trigger={(open) => (
        <Button size="compact-xs" variant="default" aria-label={`Remove ${who}`} onClick={open}>
          Remove
        </Button>
      )}
    >
      They lose access to this workspace at once. What they made stays.
    </ConfirmButton>
  );
}

function Pending({ workspace }: { workspace: string }) {
  const invitations = useInvitations(workspace, true);
  const withdraw = useWithdrawInvitation(workspace);
  const open = (invitations.data ?? []).filter(({ accepted_at }) => accepted_at === null);
  if (open.length === 0) return null;
  return (
    <div style={{ marginTop: 14 }}>
      <Panel title="Open invitations" flush>
        <Table aria-label="Open invitations">
          <Table.Tbody>
            {open.map(({ id, email, role }) => (
              <Table.Tr key={id}>
                <Table.Td style={{ overflowWrap: "anywhere" }}>{email}</Table.Td>
                <Table.Td c="dimmed">{role}</Table.Td>
                <Table.Td ta="right">
                  <ConfirmButton
                    title={`Withdraw the invitation of ${email}?`}
                    confirm="Withdraw invitation"
                    onConfirm={() => withdraw.mutateAsync(id)}
                    trigger={(ask) => (
                      <Button size="compact-xs" variant="default" aria-label={`Withdraw ${email}`} onClick={ask}>
                        Withdraw
                      </Button>
                    )}
                  >
                    Its link stops working at once. You can invite them again.
                  </ConfirmButton>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Panel>
    </div>
  );
}
