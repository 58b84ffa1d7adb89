import { Button, Select, Table, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { ReactNode } from "react";
import type { Member, Role, Session } from "@/api/types";
import { ConfirmButton } from "@/components/ConfirmButton";
import { IconPlus } from "@/components/icons";
import { notifyProblem } from "@/components/notify";
import { PageHeader } from "@/components/PageHeader";
import { Panel } from "@/components/Panel";
import { QueryView } from "@/components/QueryView";
import { useSession } from "@/features/session/api/session";
import { mayAdminister } from "@/features/session/model/access";
import { useChangeMember, useInvitations, useMembers, useRemoveMember } from "../api/workspace";
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
            <Table miw={520} aria-label="Members">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Name</Table.Th>
                  <Table.Th>Email</Table.Th>
                  <Table.Th w={180}>Role</Table.Th>
                  <Table.Th aria-label="Actions" />
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {list.map((member) => (
                  <Row key={member.id} member={member} workspace={workspace} mayManage={mayManage} />
                ))}
              </Table.Tbody>
            </Table>
          </Panel>
        )}
      </QueryView>
      {mayManage && <Pending workspace={workspace.id} />}
      {opened && <Invite workspace={workspace.id} onClose={close} />}
    </>
  );
}

function Row({ member, workspace, mayManage }: { member: Member; workspace: Workspace; mayManage: boolean }) {
  const { data: session } = useSession();
  const change = useChangeMember(workspace.id);
  const remove = useRemoveMember(workspace.id);
  const isMe = session?.user?.id === member.user.id;
  const who = member.user.name !== "" ? member.user.name : member.user.email;
  return (
    <Table.Tr>
      <Table.Td fw={600}>
        {who} {isMe && <Text span size="xs" c="dimmed">(you)</Text>}
      </Table.Td>
      <Table.Td>{member.user.email}</Table.Td>
      <Table.Td>
        {mayManage && !isMe ? (
          <Select
            size="xs"
            aria-label={`Role of ${who}`}
            data={ROLES}
            value={member.role}
            onChange={(role) =>
              role !== null &&
              change.mutate({ id: member.id, role: role as Role }, { onError: (error) => notifyProblem("Changing the role", error) })
            }
            allowDeselect={false}
          />
        ) : (
          member.role
        )}
      </Table.Td>
      <Table.Td ta="right">
        {mayManage && !isMe && (
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
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function Pending({ workspace }: { workspace: string }) {
  const invitations = useInvitations(workspace, true);
  const open = (invitations.data ?? []).filter(({ accepted_at }) => accepted_at === null);
  if (open.length === 0) return null;
  return (
    <div style={{ marginTop: 14 }}>
      <Panel title="Open invitations" flush>
        <Table aria-label="Open invitations">
          <Table.Tbody>
            {open.map(({ id, email, role }) => (
              <Table.Tr key={id}>
                <Table.Td>{email}</Table.Td>
                <Table.Td c="dimmed">{role}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Panel>
    </div>
  );
}
